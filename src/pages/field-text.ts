import type { Schedule, WeeklyHours } from "#wire";

/** The lines of a text that hold something, without the space around it. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A list, or nothing where it is empty: an absent list does not narrow. */
export function orAbsent(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The number that was typed; text that is none stays, so that whoever checks it can quote it. Empty is absent. */
export function numberOf(text: string): number | string | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

/** Times this, where it is a number. */
export function times(value: number | string | undefined, factor: number): number | string | undefined {
  return typeof value === "number" ? value * factor : value;
}

/** Units of time that forms offer, by their seconds. */
export const timeUnits: readonly { readonly value: string; readonly label: string }[] = [
  { value: "1", label: "seconds" },
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
  { value: "86400", label: "days" },
];

/** A span as a form has it: a number, and seconds of its unit. */
export interface SpanFields {
  readonly amount: string;
  readonly unit: string;
}

/** Seconds in the largest unit that needs no fraction. */
export function spanFields(seconds: number): SpanFields {
  const unit = timeUnits.findLast(({ value }) => seconds % Number(value) === 0)?.value ?? "1";
  return { amount: String(seconds / Number(unit)), unit: seconds === 0 ? "60" : unit };
}

/** The seconds that were typed. */
export function secondsOf({ amount, unit }: SpanFields): number | string | undefined {
  const known = timeUnits.find(({ value }) => value === unit);
  return times(numberOf(amount), Number(known?.value ?? 1));
}

/** Hours of some days as a form has them. */
export interface HourFields {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** A row that says nothing yet. */
export const blankHours: HourFields = { days: [], from: "", to: "" };

/** A control for a time of day knows no 24:00; hours that end at 00:00 end at the same moment. */
export function hourFields({ days, from, to }: WeeklyHours): HourFields {
  return { days, from, to: to === "24:00" ? "00:00" : to };
}

/** The schedule that was typed, rows that say nothing left out; not checked. */
export function scheduleOf(timeZone: string, rows: readonly HourFields[]): unknown {
  const hours = rows.filter(({ days, from, to }) => days.length > 0 || from !== "" || to !== "");
  return { timeZone: timeZone.trim(), hours } satisfies Record<keyof Schedule, unknown>;
}
