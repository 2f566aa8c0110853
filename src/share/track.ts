import type { Fix } from "#wire";
import type { ShownFix, Veil } from "./veil.ts";

/**
 * The way of a device as a link shows it: stretches between which it was hidden, each oldest first. Outliers are left
 * out, and so is what repeats the place before. More than `most` positions are thinned evenly.
 */
export const trackThrough = (
  veil: Veil,
  fixes: Iterable<Fix>,
  most: number,
): readonly (readonly ShownFix[])[] => {
  const stretches: ShownFix[][] = [];
  let stretch: ShownFix[] = [];
  let count = 0;
  for (const fix of fixes) {
    if (fix.outlier === true) continue;
    const shown = veil.show(fix);
    if (shown === undefined) {
      stretch = [];
      continue;
    }
    const last = stretch.at(-1);
    if (last?.lon === shown.lon && last.lat === shown.lat) continue;
    if (last === undefined) stretches.push(stretch);
    stretch.push(shown);
    count++;
  }
  if (count <= most) return stretches;
  const step = Math.ceil(count / most);
  return stretches.map((all) => all.filter((_, index) => index % step === 0 || index === all.length - 1));
};
