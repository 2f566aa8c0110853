import { isUtf8 } from "node:buffer";
import { createGunzip } from "node:zlib";
import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isRefusal, parseJson, Problem, show } from "#wire";

/** Largest JSON body in bytes, after inflation; NDJSON has no such limit, because it is never held as a whole. */
export const MAX_BODY = 16_777_216;

/** Parses JSON bytes strictly. Throws `invalid_encoding`, `invalid_json` or `duplicate_key`; the detail says where. */
const readJson = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw new Problem("invalid_encoding", "the body holds bytes that are not UTF-8");
  const text = bytes.toString("utf8");
  if (text.trim() === "") throw new Problem("invalid_json", "the body is empty; expected JSON");
  const parsed = parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (isRefusal(parsed)) throw new Problem(parsed.code, parsed.detail);
  return parsed.value;
};

/** Inflates a gzip body as it comes, counting what arrived, so that limits see both sizes. */
const inflate = (request: FastifyRequest, payload: Readable): Readable => {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return payload;
  if (encoding !== "gzip" && encoding !== "x-gzip") {
    throw new Problem(
      "unsupported_media_type",
      `content-encoding is ${show(encoding)}; expected gzip or none`,
    );
  }
  const inflated = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on("data", (chunk: Buffer) => {
    inflated.receivedEncodedLength += chunk.length;
  });
  payload.on("error", (error) => inflated.destroy(error));
  // Once the body is refused nobody listens any more, and a request that then breaks off must not end the process.
  inflated.on("error", () => undefined);
  // A request that breaks off never ends the pipe by itself.
  payload.on("close", () => {
    if (!payload.readableEnded) inflated.destroy(new Problem("invalid_body", "the request broke off"));
  });
  return payload.pipe(inflated);
};

/** Turns zlib's errors into an answer; passes every other failure through. */
export const asBodyProblem = (error: unknown): unknown => {
  if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
    return new Problem("invalid_body", `the body is not valid gzip: ${error.message}`, { cause: error });
  }
  return error;
};

/** Reads JSON strictly and gzip in this door, and nothing else; `types` are the media types of JSON. Routes set `bodyLimit`. */
export const acceptJson = (door: FastifyInstance, types: readonly (string | RegExp)[]): void => {
  door.removeAllContentTypeParsers();
  door.addHook("preParsing", async (request, _reply, payload) => inflate(request, payload as Readable));
  for (const type of types) {
    door.addContentTypeParser(type, { parseAs: "buffer" }, async (_request: FastifyRequest, body: Buffer) =>
      readJson(body),
    );
  }
};
