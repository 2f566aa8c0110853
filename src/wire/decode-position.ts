import type { EpochMs } from "#geo";
import { judgeAttributes } from "./decode-attributes.ts";
import { isForbiddenKey } from "./keys.ts";
import { isId, MAX_ID_LENGTH } from "./names.ts";
import type { Attributes, Position } from "./position.ts";
import { refuse, show, type Refusal } from "./refusal.ts";
import { EARLIEST, formatTime, MAX_AHEAD, parseTime } from "./time.ts";

/** Inclusive bounds of the optional numbers of a position, and how a detail calls them. */
export const FIELD_BOUNDS: Readonly<
  Record<"altitude" | "speed" | "course" | "accuracy", readonly [min: number, max: number, unit: string]>
> = {
  altitude: [-20_000, 1_000_000, "metres"],
  speed: [0, 20_000, "metres per second"],
  course: [0, 360, "degrees"],
  accuracy: [0, 20_100_000, "metres"],
};

type Field = keyof typeof FIELD_BOUNDS;

interface Building {
  device: string;
  time: number;
  lon: number;
  lat: number;
  altitude?: number;
  speed?: number;
  course?: number;
  accuracy?: number;
  attributes?: Attributes;
}

/** What a sender may write; everything is unknown until it was looked at. */
type Given = Readonly<Partial<Record<keyof Building, unknown>>>;

/** The time as milliseconds, or the refusal that names it. */
const readTime = (value: unknown, now: EpochMs): number | Refusal => {
  let time: number | undefined;
  if (typeof value === "number") time = Number.isFinite(value) ? Math.floor(value) : undefined;
  else if (typeof value === "string") time = parseTime(value);
  if (time === undefined) {
    if (value === undefined || value === null) return refuse("invalid_time", "time is missing");
    return refuse(
      "invalid_time",
      `time is ${show(value)}; expected RFC 3339 with an offset, or milliseconds since 1970`,
    );
  }
  if (time < EARLIEST) {
    const hint =
      time >= EARLIEST / 1000 && typeof value === "number" ? " (seconds? milliseconds are asked for)" : "";
    return refuse("time_out_of_range", `time is ${show(value)}, which is before the year 2000${hint}`);
  }
  if (time > now + MAX_AHEAD) {
    return refuse(
      "time_out_of_range",
      `time is ${show(value)}, more than 5 minutes ahead of the server's ${formatTime(now)}`,
    );
  }
  return time;
};

const wrongCoordinate = (name: "lon" | "lat", value: unknown, bound: number): Refusal => {
  const what = value === undefined || value === null ? "missing" : show(value);
  return refuse("invalid_coordinate", `${name} is ${what}; expected a number from -${bound} to ${bound}`);
};

const wrongField = (field: Field, value: unknown): Refusal => {
  const [min, max, unit] = FIELD_BOUNDS[field];
  return refuse(
    "invalid_field",
    `${field} is ${show(value)}; expected a number from ${min} to ${max} ${unit}`,
  );
};

const within = (value: unknown, bounds: readonly [number, number, string]): value is number =>
  typeof value === "number" && value >= bounds[0] && value <= bounds[1];

/** Adds what a position may carry besides place and time; `null` counts as absent. */
const addOptional = (position: Building, given: Given): Refusal | undefined => {
  const { altitude, speed, course, accuracy, attributes } = given;
  if (altitude !== undefined && altitude !== null) {
    if (!within(altitude, FIELD_BOUNDS.altitude)) return wrongField("altitude", altitude);
    position.altitude = altitude;
  }
  if (speed !== undefined && speed !== null) {
    if (!within(speed, FIELD_BOUNDS.speed)) return wrongField("speed", speed);
    position.speed = speed;
  }
  if (course !== undefined && course !== null) {
    if (!within(course, FIELD_BOUNDS.course)) return wrongField("course", course);
    position.course = course === 360 ? 0 : course;
  }
  if (accuracy !== undefined && accuracy !== null) {
    if (!within(accuracy, FIELD_BOUNDS.accuracy)) return wrongField("accuracy", accuracy);
    position.accuracy = accuracy;
  }
  if (attributes !== undefined && attributes !== null) {
    const count = judgeAttributes(attributes);
    if (typeof count !== "number") return count;
    if (count > 0) position.attributes = attributes as Attributes;
  }
  return undefined;
};

/**
 * Decodes one position from parsed JSON: `{"device","time","lon","lat","altitude"?,"speed"?,"course"?,
 * "accuracy"?,"attributes"?}`. Keys of no meaning are ignored, those that reach a prototype are refused.
 * `now` is the server's clock. Never throws.
 */
export const decodePosition = (value: unknown, now: EpochMs): Position | Refusal => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("invalid_body", `a position is ${show(value)}; expected an object`);
  }
  for (const key in value) {
    if (isForbiddenKey(key))
      return refuse("forbidden_key", `a position has the key ${show(key)}, which is not allowed`);
  }
  const given = value as Given;
  const { device, lon, lat } = given;
  if (typeof device !== "string" || !isId(device)) {
    const what = device === undefined || device === null ? "missing" : show(device);
    return refuse(
      "invalid_device",
      `device is ${what}; expected text of 1 to ${MAX_ID_LENGTH} printable characters`,
    );
  }
  const time = readTime(given.time, now);
  if (typeof time !== "number") return time;
  // Comparisons with NaN are false, so it falls out here as well.
  if (typeof lat !== "number" || !(lat >= -90 && lat <= 90)) return wrongCoordinate("lat", lat, 90);
  if (typeof lon !== "number" || !(lon >= -180 && lon <= 180)) return wrongCoordinate("lon", lon, 180);
  const position: Building = { device, time, lon, lat };
  return addOptional(position, given) ?? position;
};
