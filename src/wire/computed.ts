/** What the server fills in when the device does not say it. */
export type Computed = "speed" | "course";

const SPEED: readonly Computed[] = ["speed"];
const COURSE: readonly Computed[] = ["course"];
const BOTH: readonly Computed[] = ["speed", "course"];

/** The list of what was computed, one object for all fixes; undefined for nothing. */
export function computedOf(speed: boolean, course: boolean): readonly Computed[] | undefined {
  if (speed) return course ? BOTH : SPEED;
  return course ? COURSE : undefined;
}
