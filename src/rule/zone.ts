import type { EpochMs, Milliseconds } from "#geo";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** No zone has changed its clocks twice within so long. */
const SPAN = 6 * 3_600_000;
const MAX_ZONES = 64;
const MAX_SPANS = 256;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Offset of whole spans of six hours, by their number; NaN where the clocks change within. */
  readonly spans: Map<number, Milliseconds>;
}

/** The zones asked about last: making a formatter takes much longer than asking it. */
const zones: Map<string, Zone> = new Map();

/** Adds what is not there yet; the oldest goes when there is no room. */
const remember = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void => {
  const [oldest] = map.size < most ? [] : map.keys();
  if (oldest !== undefined) map.delete(oldest);
  map.set(key, value);
};

const zoneOf = (timeZone: string): Zone => {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const zone: Zone = { format, spans: new Map() };
  remember(zones, timeZone, zone, MAX_ZONES);
  return zone;
};

/** What the formatter says, without memory. */
const askOffset = ({ format }: Zone, time: EpochMs): Milliseconds => {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(time)) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  const seconds = Math.floor(time / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
};

/**
 * How far the clocks of a zone are ahead of UTC. The zone must be one that `Intl` knows; what decoders let in is.
 * A span of six hours at whose two ends the offset is the same is taken to have it throughout.
 */
const offsetAt = (timeZone: string, time: EpochMs): Milliseconds => {
  const zone = zoneOf(timeZone);
  const span = Math.floor(time / SPAN);
  let offset = zone.spans.get(span);
  if (offset === undefined) {
    const first = askOffset(zone, span * SPAN);
    offset = first === askOffset(zone, (span + 1) * SPAN) ? first : Number.NaN;
    remember(zone.spans, span, offset, MAX_SPANS);
  }
  return Number.isNaN(offset) ? askOffset(zone, time) : offset;
};

/** What a clock on a wall shows. */
export interface WallClock {
  /** Days since 1970-01-01 on the local calendar. */
  readonly day: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Whole minutes since the wall's midnight, 0 to 1439. */
  readonly minute: number;
}

/** The weekday of a day, counted from 1970-01-01, which was a Thursday; 0 is Monday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** What the clocks of a zone show at an instant. */
export const wallClock = (timeZone: string, time: EpochMs): WallClock => {
  const local = time + offsetAt(timeZone, time);
  const day = Math.floor(local / DAY);
  return { day, weekday: weekdayOf(day), minute: Math.floor((local - day * DAY) / MINUTE) };
};

/** First instant of `low < t <= high` at which the offset is no longer that of `low`. To the millisecond. */
const changeBetween = (timeZone: string, low: EpochMs, high: EpochMs): EpochMs => {
  const before = offsetAt(timeZone, low);
  let [from, to] = [low, high];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(timeZone, middle) === before) from = middle;
    else to = middle;
  }
  return to;
};

/**
 * The first instant at which the clocks of a zone show this minute of this day, or later. So of a time that clocks
 * show twice the first, and of one that they leave out the instant at which they jump. `minute` may be 1440.
 */
export const firstInstant = (timeZone: string, day: number, minute: number): EpochMs => {
  const local = day * DAY + minute * MINUTE;
  // A day before and after are surely on either side of a change of clocks: offsets are less than a day.
  const before = offsetAt(timeZone, local - DAY);
  const after = offsetAt(timeZone, local + DAY);
  const early = local - Math.max(before, after);
  if (early + offsetAt(timeZone, early) === local) return early;
  const late = local - Math.min(before, after);
  if (late + offsetAt(timeZone, late) === local) return late;
  return changeBetween(timeZone, early, late);
};
