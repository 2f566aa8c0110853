import type { ErrorCode } from "./catalogue.ts";

/** Why one part of a request was refused. Cheaper than an exception: a batch may hold thousands of them. */
export interface Refusal {
  readonly code: ErrorCode;
  /** Names the wrong value and what was expected. */
  readonly detail: string;
}

/** Makes a refusal. */
export const refuse = (code: ErrorCode, detail: string): Refusal => ({ code, detail });

/** Tells a refusal from what a decoder makes; nothing that a decoder makes has a `code`. */
export const isRefusal = (value: object): value is Refusal => "code" in value;

/** Longest text of a value inside a detail, so that a message never carries a whole body back. */
const SHOWN = 80;

/** A wrong value as text for a detail: JSON, cut after 80 characters, a container only by its kind. */
export const show = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    return value.length > SHOWN ? `${JSON.stringify(value.slice(0, SHOWN))}…` : JSON.stringify(value);
  }
  return value === null ? "null" : "an object";
};
