import type { ErrorCode } from "./catalogue.ts";
import { findUnknown, isBag, readList } from "./fields.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import { WEEKDAYS, type Schedule, type Weekday, type WeeklyHours } from "./schedule.ts";

/** Most hours that one schedule may have. */
export const MAX_HOURS = 100;

const SCHEDULE = new Set(["timeZone", "hours"]);
const HOURS = new Set(["days", "from", "to"]);
const TIME_OF_DAY = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

const isWeekday = (value: unknown): value is Weekday => (WEEKDAYS as readonly unknown[]).includes(value);

/** Is it a name that the runtime's IANA database knows? Offsets such as `+01:00` are none. */
export const isTimeZone = (value: unknown): value is string => {
  if (typeof value !== "string" || value.length > 64 || !/^[A-Za-z]/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

/** Reads `timeZone`; `path` names it in a refusal. */
export const readTimeZone = (value: unknown, path: string, code: ErrorCode): string | Refusal =>
  isTimeZone(value)
    ? value
    : refuse(
        code,
        `${path} is ${show(value)}; expected the IANA name of a time zone, such as "Europe/Paris"`,
      );

/** Reads days of the week, 1 to 7, each once. */
export const readDays = (value: unknown, path: string, code: ErrorCode): readonly Weekday[] | Refusal =>
  readList(value, path, code, isWeekday, `days of the week: ${WEEKDAYS.join(", ")}`) ??
  refuse(code, `${path} is missing; expected days of the week: ${WEEKDAYS.join(", ")}`);

/** Reads `HH:MM`, 00:00 to 24:00, or to 23:59 where a day only begins. */
export const readTimeOfDay = (
  value: unknown,
  path: string,
  code: ErrorCode,
  last: "23:59" | "24:00",
): string | Refusal =>
  typeof value === "string" && TIME_OF_DAY.test(value) && value <= last
    ? value
    : refuse(code, `${path} is ${show(value)}; expected "HH:MM" from 00:00 to ${last}`);

const readHours = (value: unknown, path: string, code: ErrorCode): WeeklyHours | Refusal => {
  if (!isBag(value)) return refuse(code, `${path} is ${show(value)}; expected {days, from, to}`);
  const unknown = findUnknown(value, HOURS, path, code);
  if (unknown !== undefined) return unknown;
  const days = readDays(value["days"], `${path}.days`, code);
  if (isRefusal(days)) return days;
  const from = readTimeOfDay(value["from"], `${path}.from`, code, "23:59");
  if (typeof from === "object") return from;
  const to = readTimeOfDay(value["to"], `${path}.to`, code, "24:00");
  return typeof to === "object" ? to : { days, from, to };
};

/**
 * Decodes `{"timeZone","hours":[{"days":["mon",…],"from":"HH:MM","to":"HH:MM"}]}`. `path` names the value in a
 * refusal, `code` is that of the thing it belongs to. Never throws.
 */
export const decodeSchedule = (
  value: unknown,
  path: string = "schedule",
  code: ErrorCode = "invalid_rule",
): Schedule | Refusal => {
  if (!isBag(value)) return refuse(code, `${path} is ${show(value)}; expected {timeZone, hours}`);
  const unknown = findUnknown(value, SCHEDULE, path, code);
  if (unknown !== undefined) return unknown;
  const timeZone = readTimeZone(value["timeZone"], `${path}.timeZone`, code);
  if (typeof timeZone === "object") return timeZone;
  const list = value["hours"];
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_HOURS) {
    return refuse(code, `${path}.hours is ${show(list)}; expected an array of 1 to ${MAX_HOURS}`);
  }
  const hours: WeeklyHours[] = [];
  for (const [index, item] of list.entries()) {
    const one = readHours(item, `${path}.hours[${index}]`, code);
    if (isRefusal(one)) return one;
    hours.push(one);
  }
  return { timeZone, hours };
};
