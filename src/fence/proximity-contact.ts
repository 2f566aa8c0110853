import type { Meters } from "#geo";

/** Stretches in which the distance cannot change by more than this are not divided further … */
const FINEST: Meters = 0.25;
/** … and in those below this the limit is met once, if the end is beyond it. */
const STRAIGHT: Meters = 2;
/** Near enough to the limit. */
const CLOSE: Meters = 1e-3;

/**
 * The first share of a … b at which `over` is not positive; -1 when it is nowhere, or only less than `FINEST` deep. `rate`
 * is by how much `over` can change between the shares 0 and 1: stretches that are too short to bring it to zero are left
 * out, whatever happens in them. Where it answers a share, `over` is not positive there.
 */
export function firstMet(over: (share: number) => Meters, a: number, b: number, rate: Meters): number {
  const overA = over(a);
  if (overA <= 0) return a;
  return b > a ? search(over, a, overA, b, over(b), rate) : -1;
}

function search(
  over: (share: number) => Meters,
  a: number,
  overA: Meters,
  b: number,
  overB: Meters,
  rate: Meters,
): number {
  const change = rate * (b - a);
  if (overB > 0 && overA + overB > change) return -1;
  if (overB <= 0 && change < STRAIGHT) return falsePosition(over, a, overA, b, overB);
  if (change < FINEST) return -1;
  const middle = (a + b) / 2;
  const overMiddle = over(middle);
  const found = search(over, a, overA, middle, overMiddle, rate);
  return found >= 0 || overMiddle <= 0 ? found : search(over, middle, overMiddle, b, overB, rate);
}

/** Illinois rule; answers the end of what is left at which `over` is not positive. */
function falsePosition(
  over: (share: number) => Meters,
  start: number,
  overStart: Meters,
  end: number,
  overEnd: Meters,
): number {
  let [a, fa, b, fb] = [start, overStart, end, overEnd];
  for (let i = 0; i < 60 && b - a > 1e-12; i++) {
    const s = fa === fb ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    const f = over(s);
    if (f > 0) {
      [a, fa] = [s, f];
      fb /= 2;
    } else {
      [b, fb] = [s, f];
      fa /= 2;
      if (f + CLOSE > 0) return s;
    }
  }
  return b;
}
