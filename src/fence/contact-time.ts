/** Stretches of the path shorter than this many metres are not divided further. */
const finest = 1e-4;

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
    if (stretch < finest || b - a < 1e-12) return overB <= 0 ? a + (b - a) * (overA / (overA - overB)) : -1;
    // Where the path runs straight at the limit the line between both ends hits it; the middle makes it safe.
    const middle = (a + b) / 2;
    const overMiddle = over(middle);
    const found = search(a, overA, middle, overMiddle);
    return found >= 0 || overMiddle <= 0 ? found : search(middle, overMiddle, b, overB);
  };
  return search(0, over(0), 1, overEnd);
}
