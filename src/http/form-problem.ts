import type { FieldProblem } from "#pages";
import { Problem, type ErrorCode } from "#wire";

/** The field that is wrong where the message begins with no name of one. */
const FIELD_OF: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  unknown_target: ["targets"],
  unknown_fence: ["fences", "fence"],
  not_found: ["watches"],
  invalid_target: ["url"],
};

/** What to say where a field was left empty; else what the API says, which names the wrong value. */
const EMPTY: Readonly<Record<string, string>> = {
  events: "Tick at least one kind of event.",
  targets: "Tick at least one target.",
  fence: "Choose a fence.",
  days: "Choose at least one day.",
  seconds: "Say how long.",
  speed: "Say how fast.",
  radius: "Say how near.",
  by: "Say by when.",
  url: "Say where.",
  topic: "Say which topic.",
};

/** Said of a value that was not there. */
const NOTHING = /^\w+ (?:is missing|is nothing|is "")/;

/** Hours come as rows of fields, which have no names that anybody sees. */
const HOURS: readonly (readonly [RegExp, string])[] = [
  [/^schedule\.hours is an array of 0/, "Choose days and hours, or “At any time”."],
  [/^schedule\.hours\[\d+\]\.days/, "Choose the days of every row, or leave all of the row empty."],
  [/^schedule\.hours\[\d+\]\.(?:from|to)/, "Say from when to when in every row, or leave all of it empty."],
];

/**
 * What a refusal is to somebody who fills in a form with these fields. What is no refusal, and what another try could
 * change, is thrown on.
 */
export const fieldProblem = (error: unknown, fields: readonly string[]): FieldProblem => {
  if (!(error instanceof Problem) || error.status >= 500) throw error;
  const { code, message } = error;
  const named = /^([A-Za-z]+)/.exec(message)?.[1] ?? "";
  const field =
    FIELD_OF[code]?.find((name) => fields.includes(name)) ?? fields.find((name) => name === named);
  if (field === undefined) return { text: sentence(message) };
  const empty = NOTHING.test(message) ? EMPTY[field] : undefined;
  const hours = HOURS.find(([pattern]) => pattern.test(message))?.[1];
  return { field, text: hours ?? empty ?? sentence(message) };
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
