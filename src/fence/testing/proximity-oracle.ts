import type { ProximityFix } from "#fence";
import { distance, unwrapLon } from "#geo";

/** What `docs/spec/watch.md` says about two devices. */
export interface Meeting {
  readonly type: "proximity" | "apart";
  readonly time: number;
  readonly fix: number;
}

/** Motion of one device from one fix on. */
interface Motion {
  readonly from: number;
  readonly to: number;
  at(time: number): readonly [lon: number, lat: number];
}

const FIVE_MINUTES = 300_000;
const HOUR = 3_600_000;
const SAMPLES = 60;

function motions(fixes: readonly ProximityFix[]): Motion[] {
  return fixes.map(({ time, lon, lat, stopped }, index): Motion => {
    const next = fixes[index + 1];
    if (next === undefined || next.time - time > FIVE_MINUTES) {
      const to = stopped ? Math.min(next?.time ?? Infinity, time + HOUR) : time;
      return { from: time, to, at: () => [lon, lat] };
    }
    const [east, north, span] = [unwrapLon(lon, next.lon) - lon, next.lat - lat, next.time - time];
    const share = (t: number): number => (t - time) / span;
    return { from: time, to: next.time, at: (t) => [lon + share(t) * east, lat + share(t) * north] };
  });
}

/** Bisects to where `is` turns true, between a time at which it is false and one at which it is true. */
function turn(is: (time: number) => boolean, not: number, yes: number): number {
  let [a, b] = [not, yes];
  for (let i = 0; i < 50; i++) {
    const middle = (a + b) / 2;
    if (is(middle)) b = middle;
    else a = middle;
  }
  return b;
}

/** Time of an extreme near a sample, by golden section. */
function extreme(value: (time: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 60; i++) {
    const [l, r] = [b - (b - a) * 0.618, a + (b - a) * 0.618];
    if (value(l) < value(r)) b = r;
    else a = l;
  }
  return (a + b) / 2;
}

/**
 * All meetings of two devices, from all their fixes: every stretch in which both move evenly is sampled. `margin` is how
 * near, in metres, the distance ever turned at a limit without passing it: below a metre the answer may go either way.
 */
export function meetings(
  one: readonly ProximityFix[],
  two: readonly ProximityFix[],
  radius: number,
  parted: number,
): { readonly meetings: readonly Meeting[]; readonly margin: number; distanceAt(time: number): number } {
  const found: Meeting[] = [];
  const [a, b] = [motions(one), motions(two)];
  const times = [...new Set([...one, ...two].map(({ time }) => time))].sort((x, y) => x - y);
  const newest = times.at(-1) ?? 0;
  let near = false;
  let margin = Infinity;
  const graze = (meters: number): void => {
    margin = Math.min(margin, Math.abs(meters - radius), Math.abs(meters - parted));
  };
  for (const p of a) {
    for (const q of b) {
      const [from, to] = [Math.max(p.from, q.from), Math.min(p.to, q.to, newest)];
      if (from > to) continue;
      const d = (time: number): number => distance(...p.at(time), ...q.at(time));
      // Who cannot come near on the whole way needs no samples in between.
      const ways = distance(...p.at(from), ...p.at(to)) + distance(...q.at(from), ...q.at(to));
      const samples = Math.min(d(from), d(to)) - 2 * ways - 1 > parted ? 1 : SAMPLES;
      const marks = Array.from({ length: samples + 1 }, (_, k) => from + ((to - from) * k) / samples);
      const values = marks.map(d);
      for (let k = 1; k < samples; k++) {
        const [before, here, after] = [values[k - 1]!, values[k]!, values[k + 1]!];
        const sign = here < before && here <= after ? 1 : here > before && here >= after ? -1 : 0;
        if (sign === 0) continue;
        const most = extreme((time) => sign * d(time), marks[k - 1]!, marks[k + 1]!);
        graze(d(most));
        marks.push(most);
      }
      graze(values[0]!);
      graze(values.at(-1)!);
      let before = from;
      for (const mark of marks.sort((x, y) => x - y)) {
        const changes = (time: number): boolean => (near ? d(time) > parted : d(time) <= radius);
        if (changes(mark)) {
          const time = mark === from ? from : turn(changes, before, mark);
          const fix = times.find((one) => one >= time) ?? to;
          const type = near ? "apart" : "proximity";
          // A fix shows one of each at most.
          if (found.findLast((one) => one.type === type)?.fix !== fix) {
            found.push({ type, time, fix });
            near = !near;
          }
        }
        before = mark;
      }
    }
  }
  const distanceAt = (time: number): number => {
    const [p, q] = [a, b].map((all) => all.findLast((motion) => motion.from <= time)!);
    return distance(...p!.at(time), ...q!.at(time));
  };
  return { meetings: found, margin, distanceAt };
}
