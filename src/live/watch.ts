import { Problem } from "#wire";
import { type Box, show, toBox } from "./box.ts";

/** What a viewer asks for, decoded. */
export interface Watch {
  readonly box: Box;
  /** Events whose place lies in the box, or all of the workspace. */
  readonly events: "view" | "all";
  /** Map zoom, 0 to 30; decides the precision of binary frames. */
  readonly zoom?: number;
  /** The cursor to go on from; counts on the first watch of a connection. */
  readonly cursor?: string;
  readonly format: "json" | "binary";
  /** Milliseconds between two frames of positions at least, and bytes of them in a second at most; never more than the server gives. */
  readonly every?: number;
  readonly maxBytesPerSecond?: number;
}

/** The slowest that a client can ask for. */
const [SLOWEST_MS, LEAST_BYTES] = [3_600_000, 100];

const LONGEST_CURSOR = 1_000;

/**
 * Decodes the payload of a `watch`; `usual`: the format where it names none. Throws `invalid_body` or
 * `invalid_parameter`. Unknown keys are ignored.
 */
export function decodeWatch(payload: unknown, usual: Watch["format"] = "json"): Watch {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    throw new Problem("invalid_body", `watch got ${show(payload)}; expected an object with a bbox`);
  }
  const field = (name: string): unknown =>
    Object.hasOwn(payload, name) ? Reflect.get(payload, name) : undefined;
  const bbox = field("bbox");
  if (!Array.isArray(bbox)) {
    throw new Problem("invalid_parameter", `bbox is ${show(bbox)}; expected [west,south,east,north]`);
  }
  return {
    ...assemble(bbox, field("events"), field("zoom"), field("cursor"), field("format"), usual),
    ...budgetOf(field("every"), field("maxBytesPerSecond")),
  };
}

/** Decodes the query of `GET /api/live`. Throws `invalid_parameter`. `lastEventId` wins over `?cursor=`. */
export function decodeQuery(query: URLSearchParams, lastEventId?: string): Watch {
  const once = (name: string): string | undefined => {
    const given = query.getAll(name);
    if (given.length > 1)
      throw new Problem("invalid_parameter", `${name} is given ${given.length} times; expected once`);
    return given[0];
  };
  const bbox = once("bbox");
  if (bbox === undefined)
    throw new Problem("invalid_parameter", "bbox is missing; expected bbox=west,south,east,north");
  const zoom = once("zoom");
  const cursor = lastEventId ?? once("cursor");
  const format = once("format");
  if (format === "binary") {
    throw new Problem("invalid_parameter", 'format is "binary"; an event stream is text, use /api/live/ws');
  }
  const [every, most] = [once("every"), once("maxBytesPerSecond")];
  const box = bbox.split(",").map(numberOf);
  return {
    ...assemble(box, once("events"), zoom && numberOf(zoom), cursor, format, "json"),
    ...budgetOf(every && numberOf(every), most && numberOf(most)),
  };
}

function budgetOf(every: unknown, most: unknown): Pick<Watch, "every" | "maxBytesPerSecond"> {
  if (every !== undefined && !(typeof every === "number" && every >= 0 && every <= SLOWEST_MS)) {
    throw new Problem(
      "invalid_parameter",
      `every is ${show(every)}; expected milliseconds, at most ${SLOWEST_MS}`,
    );
  }
  if (most !== undefined && !(typeof most === "number" && most >= LEAST_BYTES && most < Infinity)) {
    throw new Problem(
      "invalid_parameter",
      `maxBytesPerSecond is ${show(most)}; expected bytes, at least ${LEAST_BYTES}`,
    );
  }
  return { ...(every !== undefined && { every }), ...(most !== undefined && { maxBytesPerSecond: most }) };
}

const numberOf = (text: string): number | string => (/^\s*[+-]?[\d.]/.test(text) ? Number(text) : text);

function assemble(
  bbox: readonly unknown[],
  events: unknown,
  zoom: unknown,
  cursor: unknown,
  format: unknown,
  usual: Watch["format"],
): Watch {
  const box = toBox(bbox);
  if (events !== undefined && events !== "view" && events !== "all") {
    throw new Problem("invalid_parameter", `events is ${show(events)}; expected "view" or "all"`);
  }
  if (zoom !== undefined && !(typeof zoom === "number" && zoom >= 0 && zoom <= 30)) {
    throw new Problem("invalid_parameter", `zoom is ${show(zoom)}; expected a number from 0 to 30`);
  }
  if (
    cursor !== undefined &&
    cursor !== null &&
    (typeof cursor !== "string" || cursor.length > LONGEST_CURSOR)
  ) {
    throw new Problem(
      "invalid_parameter",
      `cursor is ${show(cursor)}; expected a cursor that this server sent`,
    );
  }
  if (format !== undefined && format !== "json" && format !== "binary") {
    throw new Problem("invalid_parameter", `format is ${show(format)}; expected "json" or "binary"`);
  }
  return {
    box,
    events: events ?? "view",
    ...(zoom !== undefined && { zoom }),
    ...(cursor && { cursor }),
    format: format ?? usual,
  };
}
