import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { findForbiddenKey, isRefusal, parseJson, Problem, show } from "#wire";

/** Largest JSON body of a route that says nothing else. */
export const MAX_BODY = 1_048_576;

/** Text that could hold a forbidden key. */
const SUSPECT = /__proto__|constructor|prototype|\\u/;

/** Reads JSON strictly: valid UTF-8, valid JSON, no key that reaches a prototype. */
export const acceptJson = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ["application/json", "application/geo+json", "application/merge-patch+json"],
    { parseAs: "buffer" },
    async (_request: FastifyRequest, body: Buffer) => parse(body),
  );
};

const parse = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw new Problem("invalid_encoding", "the body holds bytes that are not UTF-8");
  const text = bytes.toString("utf8");
  if (text.trim() === "") throw new Problem("invalid_json", "the body is empty; expected JSON");
  const parsed = parseJson(text);
  if (isRefusal(parsed)) throw new Problem(parsed.code, parsed.detail);
  // A fence may have a million numbers: they are only searched when the text could hold such a key, escaped or not.
  const forbidden = SUSPECT.test(text) ? findForbiddenKey(parsed.value) : undefined;
  if (forbidden !== undefined) {
    throw new Problem("forbidden_key", `the body has the key ${show(forbidden)}, which is not allowed`);
  }
  return parsed.value;
};
