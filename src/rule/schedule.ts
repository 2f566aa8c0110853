import type { EpochMs } from "#geo";
import { WEEKDAYS, type Schedule, type Weekday, type WeeklyHours } from "#wire";
import { firstInstant, wallClock, weekdayOf, type WallClock } from "./zone.ts";

/** Minutes since midnight of `HH:MM`, as decoders let it in. */
const minutesOf = (time: string): number =>
  (time.charCodeAt(0) - 48) * 600 +
  (time.charCodeAt(1) - 48) * 60 +
  (time.charCodeAt(3) - 48) * 10 +
  (time.charCodeAt(4) - 48);

const has = (days: readonly Weekday[], weekday: number): boolean => {
  const name = WEEKDAYS[weekday];
  return name !== undefined && days.includes(name);
};

const covers = ({ days, from, to }: WeeklyHours, { weekday, minute }: WallClock): boolean => {
  const start = minutesOf(from);
  const end = minutesOf(to);
  if (start < end) return minute >= start && minute < end && has(days, weekday);
  // They pass midnight: the rest of the day they begin on, or the morning after it.
  return (minute >= start && has(days, weekday)) || (minute < end && has(days, (weekday + 6) % 7));
};

/** Does a clock on a wall of the schedule's zone show a time of its hours? `to` is not included. */
export const isActive = (schedule: Schedule, time: EpochMs): boolean => {
  const wall = wallClock(schedule.timeZone, time);
  return schedule.hours.some((hours) => covers(hours, wall));
};

/** A time that returns on days of the week, and the beginning of the stretch that ends with it. */
export interface WeeklyDeadline {
  readonly days: readonly Weekday[];
  /** `HH:MM`, to 24:00. */
  readonly by: string;
  /** `HH:MM`. Not earlier than `by`: of the day before. */
  readonly from?: string;
  readonly timeZone: string;
}

/** One deadline: when it is due, and where its stretch begins; the same instant when there is no stretch. */
export interface Deadline {
  readonly due: EpochMs;
  readonly start: EpochMs;
}

const deadlineOf = ({ by, from, timeZone }: WeeklyDeadline, day: number): Deadline => {
  const due = firstInstant(timeZone, day, minutesOf(by));
  if (from === undefined) return { due, start: due };
  const eve = minutesOf(from) < minutesOf(by) ? day : day - 1;
  return { due, start: firstInstant(timeZone, eve, minutesOf(from)) };
};

/**
 * The next deadline strictly after `after`. A wall time that the clocks leave out is due when they jump, one that
 * they show twice the first time. Throws when `days` is empty, which no decoder lets in.
 */
export const nextDeadline = (deadline: WeeklyDeadline, after: EpochMs): Deadline => {
  const { day } = wallClock(deadline.timeZone, after);
  // 24:00 of yesterday is still to come today; the first time of today may be over though the clocks show it again.
  for (let ahead = -1; ahead <= 8; ahead++) {
    if (!has(deadline.days, weekdayOf(day + ahead))) continue;
    const next = deadlineOf(deadline, day + ahead);
    if (next.due > after) return next;
  }
  throw new RangeError(`no deadline on ${deadline.days.length} days of the week`);
};

/** `Mon-Fri`, `Sat+Sun` … */
const showDays = (days: readonly Weekday[]): string => {
  const numbers = WEEKDAYS.flatMap((name, number) => (days.includes(name) ? [number] : []));
  const name = (number: number | undefined): string => {
    const day = WEEKDAYS[number ?? 0];
    return day === undefined ? "" : day.charAt(0).toUpperCase() + day.slice(1);
  };
  const [first, last] = [numbers[0], numbers.at(-1)];
  const unbroken = first !== undefined && last !== undefined && last - first === numbers.length - 1;
  if (unbroken && numbers.length > 2) return `${name(first)}-${name(last)}`;
  return numbers.map(name).join("+");
};

/** A schedule in a line: `Mon-Fri 08:00-17:00, Sat+Sun 10:00-12:00`; after five of them how many more there are. */
export const showHours = ({ hours }: Schedule): string => {
  const shown = hours.slice(0, 5).map(({ days, from, to }) => `${showDays(days)} ${from}-${to}`);
  if (hours.length > shown.length) shown.push(`${hours.length - shown.length} more`);
  return shown.join(", ");
};

/** An instant as a clock on a wall shows it: `Tue 06:12 in Europe/Paris`. */
export const showWallTime = (timeZone: string, time: EpochMs): string => {
  const { weekday, minute } = wallClock(timeZone, time);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = showDays(WEEKDAYS.slice(weekday, weekday + 1));
  return `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)} in ${timeZone}`;
};
