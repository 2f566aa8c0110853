import type { FastifyRequest } from "fastify";
import type { EpochMs } from "#geo";
import { decodeKeyCursor, isId, parseTime, Problem, show } from "#wire";

/** Most entries of one answer. */
export const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/** A query parameter; undefined when absent or empty, `invalid_parameter` when given twice. */
export const askText = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new Problem("invalid_parameter", `${name} is given ${Array.isArray(value) ? value.length : 2} times`);
};

/** `limit`: a whole number from 1 to 1,000; 100 when absent. */
export const askLimit = (request: FastifyRequest, fallback: number = DEFAULT_LIMIT): number => {
  const text = askText(request, "limit");
  if (text === undefined) return fallback;
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new Problem(
    "invalid_parameter",
    `limit is ${show(text)}; expected a whole number from 1 to ${MAX_LIMIT}`,
  );
};

/** A time: RFC 3339 or milliseconds since 1970. A `+` that a client forgot to escape arrives as a space. */
export const askTime = (request: FastifyRequest, name: string): EpochMs | undefined => {
  const text = askText(request, name);
  if (text === undefined) return undefined;
  const time = /^-?\d{1,15}$/.test(text) ? Number(text) : parseTime(text.replace(" ", "+"));
  if (time !== undefined) return time;
  throw new Problem(
    "invalid_parameter",
    `${name} is ${show(text)}; expected RFC 3339 or milliseconds since 1970`,
  );
};

/** One of a few words. */
export const askOneOf = <Word extends string>(
  request: FastifyRequest,
  name: string,
  words: readonly Word[],
): Word | undefined => {
  const text = askText(request, name);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new Problem("invalid_parameter", `${name} is ${show(text)}; expected ${words.join(", ")}`);
};

/** `after`: the key in a cursor of this list; `invalid_cursor` for any other text. */
export const askAfterKey = (request: FastifyRequest, list: string): string | undefined => {
  const text = askText(request, "after");
  if (text === undefined) return undefined;
  const key = decodeKeyCursor(list, text);
  if (key !== undefined) return key;
  throw new Problem("invalid_cursor", `after is ${show(text)}; expected a cursor that this list gave`);
};

/** The `id` in the path; `invalid_parameter` when no such id can exist. */
export const askId = (request: FastifyRequest): string => {
  const { id } = request.params as { id?: unknown };
  if (typeof id === "string" && isId(id)) return id;
  throw new Problem(
    "invalid_parameter",
    `the id in the path is ${show(id)}; expected 1 to 128 printable characters`,
  );
};

/** The body as an object of fields; `invalid_body` for anything else. */
export const askObject = (request: FastifyRequest): Readonly<Record<string, unknown>> => {
  const { body } = request;
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new Problem("invalid_body", `the body is ${show(body)}; expected an object`);
};
