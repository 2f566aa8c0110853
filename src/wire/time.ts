import type { EpochMs, Milliseconds } from "#geo";

/** Nothing that reports over the internet has a true fix from before 2000-01-01T00:00:00Z. */
export const EARLIEST: EpochMs = 946_684_800_000;

/** How far a device's clock may be ahead of the server's. */
export const MAX_AHEAD: Milliseconds = 300_000;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days from 1970-01-01 to a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** Two digits at `at`, NaN when they are not digits. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/** Minutes east of UTC of an offset that begins at `at` and ends the text; NaN when it is none. */
const offsetMinutes = (text: string, at: number): number => {
  const sign = text.charCodeAt(at);
  if ((sign | 0x20) === 0x7a) return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== 0x2b && sign !== 0x2d) || text.length !== at + 6 || text[at + 3] !== ":") return Number.NaN;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === 0x2d ? -1 : 1) * (hours * 60 + minutes);
};

/** The date part "2026-05-01" as milliseconds; NaN when there is no such day. */
const dateMs = (text: string): number => {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (text[4] !== "-" || text[7] !== "-" || !(month >= 1 && month <= 12) || !(day >= 1)) return Number.NaN;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)) return Number.NaN;
  return daysFromCivil(year, month, day) * 86_400_000;
};

/**
 * Reads an RFC 3339 date-time ("2026-05-01T12:00:00.5+02:00"): offset required, any number of fraction
 * digits (cut to milliseconds), a leap second counts as the second after it. Undefined when it is not one.
 */
export const parseTime = (text: string): EpochMs | undefined => {
  if (text.length < 20 || text.length > 64 || (text.charCodeAt(10) | 0x20) !== 0x74) return undefined;
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (text[13] !== ":" || text[16] !== ":" || !(hour <= 23 && minute <= 59 && second <= 60)) return undefined;
  let at = 19;
  let fraction = 0;
  if (text[at] === ".") {
    let scale = 100;
    const from = ++at;
    for (let digit = text.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - 48) {
      fraction += digit * scale;
      scale /= 10;
    }
    if (at === from) return undefined;
  }
  const offset = offsetMinutes(text, at);
  const ms = dateMs(text) + hour * 3_600_000 + (minute - offset) * 60_000 + second * 1000;
  return Number.isNaN(ms) ? undefined : ms + Math.floor(fraction + 1e-6);
};

/** RFC 3339 in UTC with milliseconds, "2026-05-01T10:00:00.000Z". */
export const formatTime = (time: EpochMs): string => new Date(time).toISOString();
