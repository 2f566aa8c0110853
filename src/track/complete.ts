import { way } from "#geo";
import { computedOf, type Fix, type Position } from "#wire";

/** [TR7] Speed and course that the device did not report, from the geodesic between the two live fixes: to the mm/s and the 0.01°. */
export function complete(before: Fix, position: Position): Fix {
  if (position.speed !== undefined && position.course !== undefined) return position;
  const { distance, course: heading } = way(before.lon, before.lat, position.lon, position.lat);
  const speed = position.speed ?? Math.round((distance * 1_000_000) / (position.time - before.time)) / 1_000;
  // Two fixes at one place have no direction between them: what the device last headed for stays.
  const course = position.course ?? (distance > 0 ? (Math.round(heading * 100) / 100) % 360 : before.course);
  const isCourseComputed = position.course === undefined && course !== undefined;
  const computed = computedOf(position.speed === undefined, isCourseComputed);
  return { ...position, speed, ...(course !== undefined && { course }), ...(computed && { computed }) };
}
