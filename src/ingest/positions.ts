import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from "fastify";
import { isRefusal, parseJson, Problem, show, splitReports, type PositionsMode } from "#wire";
import { Batch } from "./batch.ts";
import { acceptJson, asBodyProblem, MAX_BODY } from "./body.ts";
import { LineSplitter, type Line } from "./lines.ts";
import type { DoorOptions } from "./options.ts";
import { guardDoor, queryText, senderOf } from "./sender.ts";
import { Interrupted, type Tally, type TallyBody } from "./tally.ts";

const JSON_TYPES = ["application/json", "application/geo+json"];
const NDJSON_TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/** `?mode=import` is for administrators: it writes history that nobody is told about. */
const modeOf = (request: FastifyRequest): PositionsMode => {
  const mode = queryText(request, "mode") ?? "live";
  if (mode === "live") return mode;
  if (mode !== "import")
    throw new Problem("invalid_parameter", `mode is ${show(mode)}; expected live or import`);
  if (!senderOf(request).scopes.includes("admin")) {
    throw new Problem("forbidden", "mode=import needs a token with the scope admin");
  }
  return mode;
};

/** So many reports are judged before others get a turn: millions of wrong ones must not hold up everybody. */
const TURN = 1000;

const takeLine = (batch: Batch, line: Line, index: number): void => {
  if (line === "") return;
  if (typeof line !== "string") {
    batch.refuse(index, line);
    return;
  }
  const parsed = parseJson(line);
  if (isRefusal(parsed)) batch.refuse(index, parsed);
  else batch.take(parsed.value, index);
};

/**
 * Takes NDJSON as it arrives: each read of the socket is decoded and handed on, and the next read waits while the
 * disk is behind. `index` in the answer is the line, from 0.
 */
const takeStream = async (batch: Batch, stream: Readable): Promise<Tally> => {
  const splitter = new LineSplitter();
  let index = 0;
  try {
    for await (const chunk of stream) {
      for (const line of splitter.push(chunk as Buffer)) {
        takeLine(batch, line, index++);
        if (batch.full) await batch.send();
        if (index % TURN === 0) await nextTurn();
      }
      await batch.send();
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    await batch.finish();
    const problem = asBodyProblem(error);
    if (!(problem instanceof Problem)) throw problem;
    throw new Interrupted(problem.code, problem.message, batch.tally, { cause: error });
  }
  const last = splitter.end();
  if (last !== undefined) takeLine(batch, last, index);
  return await batch.finish();
};

/** Takes a parsed body; a single position that is refused is the failure of the request. */
const takeBody = async (batch: Batch, body: unknown): Promise<Tally> => {
  const reports = splitReports(body);
  if (isRefusal(reports)) throw new Problem(reports.code, reports.detail);
  for (const [index, value] of reports.values.entries()) {
    batch.take(value, index);
    if (batch.full) await batch.send();
    if (index % TURN === TURN - 1) await nextTurn();
  }
  const tally = await batch.finish();
  if (reports.single && tally.first !== undefined) throw new Problem(tally.first.code, tally.first.detail);
  return tally;
};

const isStream = (body: unknown): body is Readable =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

const mountPositions = (door: FastifyInstance, options: DoorOptions): void => {
  guardDoor(door, options.access);
  acceptJson(door, JSON_TYPES);
  // The stream itself is the body: nothing is read before the handler asks.
  door.addContentTypeParser(NDJSON_TYPES, async (_request: FastifyRequest, payload: Readable) => payload);

  door.post(
    "/api/positions",
    { config: { access: "door" }, bodyLimit: MAX_BODY },
    async (request): Promise<TallyBody> => {
      const batch = new Batch(options, senderOf(request), modeOf(request));
      try {
        const { body } = request;
        const tally = isStream(body) ? await takeStream(batch, body) : await takeBody(batch, body);
        return tally.toBody();
      } finally {
        const { accepted, duplicate, rejectedTotal } = batch.tally;
        options.count?.("positions", { accepted, duplicate, rejected: rejectedTotal });
      }
    },
  );
};

/**
 * `POST /api/positions`: one position, an array, GeoJSON or NDJSON; needs the scope `ingest`. Answers 200 once all
 * that it counts as accepted is durable.
 */
export const positionsDoor =
  (options: DoorOptions): FastifyPluginAsync =>
  async (door) => {
    mountPositions(door, options);
  };
