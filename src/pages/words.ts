import {
  WEEKDAYS,
  type DeviceScope,
  type EventType,
  type Rule,
  type Schedule,
  type Watch,
  type Weekday,
  type WeeklyHours,
} from "#wire";
import { nameOf, type Names } from "./definition-views.ts";
import { formatDistance, formatSpan, formatSpeed } from "./format.ts";

/** What a device does, as forms and lists say it; those that need a fence or a partner end before it. */
export const eventPhrases: Readonly<Record<EventType, string>> = {
  enter: "enters",
  exit: "leaves",
  cross: "crosses",
  dwell: "stays in",
  absent: "is missing from",
  silent: "falls silent",
  overspeed: "is too fast",
  stopped: "stops",
  moving: "sets off",
  proximity: "comes near another",
  apart: "parts from another",
  withdrawn: "withdrawn",
  revised: "revised",
};

const AT_FENCE: ReadonlySet<EventType> = new Set(["enter", "exit", "cross", "dwell", "absent"]);

/** Does the phrase of this type go on with a fence? */
export function atFence(type: EventType): boolean {
  return AT_FENCE.has(type);
}

/** Names of the days, Monday first. */
export const dayNames: Readonly<Record<Weekday, string>> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** Names in one list; after these it says how many more there are. */
const SHOWN = 4;

/** `a`, `a or b`, `a, b or c`; long lists end in `… or 12 more`. */
export function anyOf(words: readonly string[], word: "or" | "and" = "or"): string {
  const shown = words.length > SHOWN ? words.slice(0, SHOWN - 1) : [...words];
  if (words.length > shown.length) shown.push(`${words.length - shown.length} more`);
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} ${word} ${last}`;
}

/** Who is meant: `any device`, `Van 7 or Van 8`, `a device of vans`. */
export function scopeWords({ devices, groups }: DeviceScope, names: Names): string {
  const named = devices === undefined ? [] : [anyOf(devices.map((id) => nameOf(names.devices, id)))];
  const grouped = groups === undefined ? [] : [`a device of ${anyOf(groups)}`];
  return [...named, ...grouped].join(" or ") || "any device";
}

/** `Mon–Fri`, `Sat, Sun`, `every day`. */
function daysText(days: readonly Weekday[]): string {
  if (days.length === WEEKDAYS.length) return "every day";
  const at = WEEKDAYS.filter((day) => days.includes(day));
  const runs: Weekday[][] = [];
  for (const day of at) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && WEEKDAYS.indexOf(day) === WEEKDAYS.indexOf(before) + 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => {
      const [first = "mon", last = first] = [run[0], run.at(-1)];
      if (run.length > 2) return `${dayNames[first]}–${dayNames[last]}`;
      return run.map((day) => dayNames[day]).join(", ");
    })
    .join(", ");
}

const hoursText = ({ days, from, to }: WeeklyHours): string => `${daysText(days)} ${from}–${to}`;

/** `Mon–Fri 20:00–06:00, Sat 08:00–12:00 (Europe/Paris)`. */
export function scheduleWords({ timeZone, hours }: Schedule): string {
  return `${hours.map(hoursText).join(", ")} (${timeZone})`;
}

/** What a rule waits for: `any device enters or leaves Depot, or falls silent`. */
export function ruleWords(rule: Rule, names: Names): string {
  const at = rule.events.filter(atFence).map((type) => eventPhrases[type]);
  const anywhere = rule.events.filter((type) => !atFence(type)).map((type) => eventPhrases[type]);
  const fences =
    rule.fences === undefined ? "any fence" : anyOf(rule.fences.map((id) => nameOf(names.fences, id)));
  const parts = at.length === 0 ? [] : [`${anyOf(at)} ${fences}`];
  if (anywhere.length > 0) parts.push(anyOf(anywhere));
  return `${scopeWords(rule, names)} ${parts.join(", or ")}`;
}

/** What narrows a rule further, each in a few words: hours, watches, condition, cool-down. */
export function ruleLimits(rule: Rule, names: Names): readonly string[] {
  const limits: string[] = [];
  if (rule.schedule !== undefined) limits.push(scheduleWords(rule.schedule));
  if (rule.watches !== undefined)
    limits.push(`seen by ${anyOf(rule.watches.map((id) => nameOf(names.watches, id)))}`);
  if (rule.condition !== undefined) limits.push(`if ${rule.condition}`);
  if (rule.cooldownSeconds !== undefined && rule.cooldownSeconds > 0) {
    limits.push(`at most once in ${formatSpan(rule.cooldownSeconds)}`);
  }
  return limits;
}

/** What a watch looks for: `any device sends nothing for 15 min`. */
export function watchWords(watch: Watch, names: Names): string {
  const who = scopeWords(watch, names);
  switch (watch.kind) {
    case "silent":
      return `${who} sends nothing for ${formatSpan(watch.seconds)}`;
    case "overspeed": {
      const where = watch.fence === undefined ? "" : ` in ${nameOf(names.fences, watch.fence)}`;
      return `${who} is faster than ${formatSpeed(watch.speed)} for ${formatSpan(watch.seconds)}${where}`;
    }
    case "motion":
      return `${who} stops, or sets off`;
    case "absent": {
      const { fence, days, by, from, timeZone } = watch;
      const when = from === undefined ? `at ${by}` : `between ${from} and ${by}`;
      return `${who} is not in ${nameOf(names.fences, fence)} ${when}, ${daysText(days)} (${timeZone})`;
    }
    case "proximity":
      break;
  }
  const other = watch.others === undefined ? "another of them" : scopeWords(watch.others, names);
  return `${who} comes within ${formatDistance(watch.radius)} of ${other}, or parts from it`;
}

/** The first letter large, to begin a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
