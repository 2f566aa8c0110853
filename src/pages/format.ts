import type { Degrees, EpochMs, Meters, MetersPerSecond, Milliseconds } from "#geo";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365.25 * day;

/** Below this speed a device counts as standing, for words and for the shape of its marker. */
export const standingBelow: MetersPerSecond = 0.5;
/** A position older than this is drawn as stale. */
export const staleAfter: Milliseconds = 5 * minute;

/** How long ago, in the shortest honest words: `now`, `12 s`, `5 min`, `3 h`, `2 d`, `18 y`. Never negative. */
export function formatAge(age: Milliseconds): string {
  if (age < 1_000) return "now";
  if (age < minute) return `${Math.floor(age / 1_000)} s`;
  if (age < hour) return `${Math.floor(age / minute)} min`;
  if (age < 2 * day) return `${Math.floor(age / hour)} h`;
  if (age < 2 * year) return `${Math.floor(age / day)} d`;
  return `${Math.floor(age / year)} y`;
}

/** A span of seconds in the largest whole unit: `45 s`, `5 min`, `2 h`, `3 d`; with a remainder `90 s`, `1 h 30 min`. */
export function formatSpan(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds >= 3_600 && seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  if (seconds > 3_600 && seconds % 60 === 0) {
    return `${Math.floor(seconds / 3_600)} h ${(seconds % 3_600) / 60} min`;
  }
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${Math.round(seconds * 10) / 10} s`;
}

/** Kilometres per hour, whole from 10 on, one decimal below; a dash when unknown. */
export function formatSpeed(speed: MetersPerSecond | undefined): string {
  if (speed === undefined) return "–";
  const kmh = speed * 3.6;
  if (kmh >= 9.95) return `${Math.round(kmh)} km/h`;
  return kmh < 0.05 ? "0 km/h" : `${kmh.toFixed(1)} km/h`;
}

/** Three digits as on a compass card, with the point of the compass: `042° NE`; a dash when unknown. */
export function formatCourse(course: Degrees | undefined): string {
  if (course === undefined) return "–";
  const whole = ((Math.round(course) % 360) + 360) % 360;
  const points = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
  return `${String(whole).padStart(3, "0")}° ${points[Math.round(whole / 45) % 8] ?? ""}`;
}

/** `± 12 m`, `± 1.4 km`; a dash when unknown. */
export function formatAccuracy(accuracy: Meters | undefined): string {
  return accuracy === undefined ? "–" : `± ${formatDistance(accuracy)}`;
}

/** Metres below a kilometre, then kilometres. */
export function formatDistance(distance: Meters): string {
  if (distance < 1_000) return `${Math.round(distance)} m`;
  return distance < 10_000 ? `${(distance / 1_000).toFixed(1)} km` : `${Math.round(distance / 1_000)} km`;
}

/** Degrees with hemispheres, five decimals (about a metre): `37.77493° N, 122.41942° W`. */
export function formatPlace(lon: Degrees, lat: Degrees): string {
  const ns = lat < 0 ? "S" : "N";
  const ew = lon < 0 ? "W" : "E";
  return `${Math.abs(lat).toFixed(5)}° ${ns}, ${Math.abs(lon).toFixed(5)}° ${ew}`;
}

/** `2026-03-01 14:05:09` in UTC; the page's script shows the same moment in the reader's own zone. */
export function formatTime(time: EpochMs): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

/** RFC 3339 for `datetime` attributes. */
export function isoTime(time: EpochMs): string {
  return new Date(time).toISOString();
}

/** A count with thin groups: `12 480`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}
