/** Stretches of the path shorter than this many metres are not divided further. */
const finest = 1e-4;
/** On stretches shorter than this many metres that end inside, the limit is taken to be met once. */
const straight = 0.05;

/**
 * First fraction of a path at which a distance reaches zero, -1 if it never does. `over` is metres beyond the
 * limit at a fraction 0…1; it cannot change faster than the path is long (`length` metres in all), which lets
 * whole stretches be left out: no assumption is made on how often the limit is met. `over` at 0 must be positive.
 */
export function firstContact(over: (fraction: number) => number, length: number, overEnd: number): number {
  const bound = length * (1 + 1e-9);
  const search = (a: number, overA: number, b: number, overB: number): number => {
    const stretch = bound * (b - a);
    if (overB > 0 && overA + overB > stretch) return -1;
    if (overB <= 0 && stretch < straight)
      return a + (b - a) * onlyContact((s) => over(a + s * (b - a)), overA, overB);
    if (stretch < finest || b - a < 1e-12) return -1;
    const middle = (a + b) / 2;
    const overMiddle = over(middle);
    const found = search(a, overA, middle, overMiddle);
    return found >= 0 || overMiddle <= 0 ? found : search(middle, overMiddle, b, overB);
  };
  return search(0, over(0), 1, overEnd);
}

/**
 * The fraction of a path from outside (`overStart` > 0) to inside (`overEnd` ≤ 0) at which a limit is met that
 * such a path meets once, as the edge of a convex area. False position with the Illinois rule.
 */
export function onlyContact(over: (fraction: number) => number, overStart: number, overEnd: number): number {
  let [a, fa, b, fb] = [0, overStart, 1, overEnd];
  for (let i = 0; i < 60 && b - a > 1e-13; i++) {
    const s = b - (fb * (b - a)) / (fb - fa);
    const f = over(s);
    if (f > 0) {
      [a, fa] = [s, f];
      fb /= 2;
    } else {
      [b, fb] = [s, f];
      fa /= 2;
    }
    if (Math.abs(f) < 1e-7) return s;
  }
  return b;
}
