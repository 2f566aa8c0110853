import { destination } from "#geo";
import { createProximity } from "./proximity.ts";
import type { Proximity, ProximityFix } from "./proximity-types.ts";
import { Random } from "./testing/random.ts";

/**
 * Fixes a second of one watch with 10,000 members, found through the cells and, the same fixes, by asking every member
 * (one cell for the globe): `node --conditions=source src/fence/proximity.bench.ts`.
 */
const MEMBERS = 10_000;
const RADIUS = 100;
/** Half width in metres of the town that they drive around in. */
const TOWN = 30_000;
const SECONDS = 10;
const ROUNDS = 60;
const BASELINE_FIXES = 300;
const LATE = 300;

interface Arrival {
  readonly device: string;
  readonly fix: ProximityFix;
}

/** A fix of every member each ten seconds, in order of time: two thirds drive at 5 to 25 m/s, the others stand. */
function arrivals(seed: number): Arrival[] {
  const r = new Random(seed);
  const fleet = Array.from({ length: MEMBERS }, (_, i) => {
    const [lon, lat] = destination(13.4, 52.5, r.between(0, 360), TOWN * Math.sqrt(r.next()));
    const speed = i % 3 === 0 ? 0 : r.between(5, 25);
    const course = r.between(0, 2 * Math.PI);
    return {
      device: `vehicle-${String(i).padStart(5, "0")}`,
      lon,
      lat,
      speed,
      course,
      at: r.integer(0, 9_999),
    };
  }).sort((a, b) => a.at - b.at);
  const all: Arrival[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of fleet) {
      if (r.chance(0.05)) one.course = r.between(0, 2 * Math.PI);
      const meters = one.speed * SECONDS;
      one.lon += (meters * Math.sin(one.course)) / 67_900;
      one.lat += (meters * Math.cos(one.course)) / 111_300;
      const time = 1_767_225_600_000 + round * SECONDS * 1000 + one.at;
      const { device, lon, lat } = one;
      all.push({ device, fix: { time, lon, lat, stopped: one.speed === 0 } });
    }
  }
  return all;
}

/** Judges some arrivals; answers fixes a second, by the clock and of the processor, and how many facts there were. */
function measure(watch: Proximity, some: readonly Arrival[]): { wall: number; cpu: number; facts: number } {
  let facts = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  for (const { device, fix } of some) facts += watch.judge(device, fix).length;
  const { user, system } = process.cpuUsage(before);
  const wall = Math.round((some.length * 1000) / (performance.now() - start));
  return { wall, cpu: Math.round((some.length * 1e6) / (user + system)), facts };
}

/** Amends the last five minutes of some members by a fix that was missing there; answers how many a second of the processor. */
function measureLate(watch: Proximity, known: readonly Arrival[]): number {
  const r = new Random(2);
  const newest = known.at(-1)?.fix.time ?? 0;
  const amendments = known.slice(0, LATE).map(({ device }) => {
    const fixes = known.flatMap((one) => (one.device === device ? [one.fix] : []));
    const recent = fixes.filter(({ time }) => time > newest - 300_000);
    const at = r.integer(1, recent.length - 1);
    const [a, b] = [recent[at - 1], recent[at]];
    if (a === undefined || b === undefined) throw new Error("there is nothing to amend");
    const between = { ...a, time: a.time + 5_000, lon: (a.lon + b.lon) / 2, lat: (a.lat + b.lat) / 2 + 1e-4 };
    return { device, after: a.time, fixes: [between, ...recent.slice(at)] };
  });
  const before = process.cpuUsage();
  for (const { device, after, fixes } of amendments) watch.amend(device, after, fixes);
  const { user, system } = process.cpuUsage(before);
  return Math.round((LATE * 1e6) / (user + system));
}

const proximity = createProximity({ radius: RADIUS, exitMargin: 20 });
const all = arrivals(1);
for (const { device } of all.slice(0, MEMBERS)) proximity.enlist(device, 3);
const warm = all.length / 2;
measure(proximity, all.slice(0, warm));
const everybody = createProximity({ radius: RADIUS, exitMargin: 20, cell: 1e9 });
for (const { device, side, state } of proximity.state()) everybody.enlist(device, side, state);
const baseline = measure(everybody, all.slice(warm, warm + BASELINE_FIXES));
const found = measure(proximity, all.slice(warm));
const { bytes, pairs } = proximity.figures;
const late = measureLate(proximity, all);
console.log(
  JSON.stringify({
    fixesPerSecond: found.wall,
    fixesPerCpuSecond: found.cpu,
    baselineFixesPerCpuSecond: baseline.cpu,
    amendedPerCpuSecond: late,
    ratio: Math.round(found.cpu / baseline.cpu),
    facts: found.facts,
    pairsNear: pairs,
    bytesPerMember: Math.round(bytes / MEMBERS),
  }),
);
