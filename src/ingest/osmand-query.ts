import { parseTime } from "#wire";

/** What a report of OsmAnd or Traccar Client says, in the form that `decodePosition` judges. */
export type Raw = Readonly<Record<string, unknown>>;

const KNOT = 1852 / 3600;

/** Below this a number is a time in seconds, from here on in milliseconds (Traccar's rule). */
const SECONDS_BELOW = 2_147_483_647;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A number when the text is one; else the text, which `decodePosition` then refuses by name. */
const number = (text: string): number | string => (NUMBER.test(text.trim()) ? Number(text) : text);

/** Seconds or milliseconds since 1970, RFC 3339, or `yyyy-MM-dd HH:mm:ss` in UTC; else the text as it is. */
const time = (text: string): number | string => {
  const value = number(text);
  if (typeof value === "number") return value < SECONDS_BELOW ? Math.round(value * 1000) : value;
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text);
  // A `+` of an offset that was not escaped arrives as a space.
  const whole = plain === null ? text.replace(/ (\d\d:\d\d)$/, "+$1") : `${plain[1]}T${plain[2]}Z`;
  return parseTime(whole) ?? text;
};

/** Negative means unknown, for speed, course and accuracy: phones send -1. */
const unlessNegative = (value: number | string): number | string | undefined =>
  typeof value === "number" && value < 0 ? undefined : value;

const scaled = (value: number | string, factor: number): number | string =>
  typeof value === "number" ? value * factor : value;

const attribute = (text: string): string | number | boolean => {
  if (text === "true") return true;
  if (text === "false") return false;
  return number(text);
};

type Building = Record<string, unknown> & { attributes: Record<string, unknown> };

type Reader = (raw: Building, text: string) => void;

const put =
  (key: string, read: (text: string) => unknown): Reader =>
  (raw, text) => {
    const value = read(text);
    if (value !== undefined) raw[key] = value;
  };

const note =
  (key: string): Reader =>
  (raw, text) => {
    raw.attributes[key] = attribute(text);
  };

const readId = put("device", (text) => text);
const readCourse = put("course", (text) => unlessNegative(number(text)));

const READERS: ReadonlyMap<string, Reader> = new Map([
  ["id", readId],
  ["deviceid", readId],
  ["timestamp", put("time", time)],
  ["lat", put("lat", number)],
  ["lon", put("lon", number)],
  [
    "location",
    (raw, text) => {
      const [lat = "", lon = ""] = text.split(",");
      raw["lat"] = number(lat);
      raw["lon"] = number(lon);
    },
  ],
  ["speed", put("speed", (text) => unlessNegative(scaled(number(text), KNOT)))],
  ["bearing", readCourse],
  ["heading", readCourse],
  ["altitude", put("altitude", number)],
  ["accuracy", put("accuracy", (text) => unlessNegative(number(text)))],
  ["batt", note("batteryLevel")],
  [
    "valid",
    (raw, text) => {
      raw.attributes["valid"] = text === "1" || text.toLowerCase() === "true";
    },
  ],
  // Secrets, and what only matters to the sender.
  ["token", () => undefined],
  ["notificationToken", () => undefined],
]);

/**
 * Reads the query form (https://www.traccar.org/osmand/): `id` or `deviceid`, `timestamp`, `lat` and `lon` or
 * `location`, `speed` in knots, `bearing` or `heading`, `altitude`, `accuracy`; whatever else is there becomes an
 * attribute, `batt` under the name `batteryLevel`. Without a time it is `now`.
 */
export const readOsmandQuery = (parameters: Raw, now: number): Raw => {
  // Without a prototype, so that a parameter called `__proto__` is a key like another, and refused as one.
  const attributes = Object.create(null) as Record<string, unknown>;
  const raw: Building = { time: now, attributes };
  for (const key of Object.keys(parameters)) {
    const given = parameters[key];
    const texts = (Array.isArray(given) ? given : [given]) as readonly unknown[];
    const reader = READERS.get(key) ?? note(key);
    for (const text of texts) if (typeof text === "string" && text !== "") reader(raw, text);
  }
  return raw;
};
