import type { Read } from "./fix-line.ts";
import { parseMoment } from "./moment.ts";

/** Lines longer than this are not positions; they are reported and passed over. */
const MAX_LINE = 1 << 20;

/**
 * Reads NDJSON positions. A line goes to the server as it is, so that the server names what is wrong with it;
 * only a line that cannot be placed in time (no JSON object, no device, no time) is unreadable here.
 */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<Read> {
  let number = 0;
  for await (const line of lines(text)) {
    number += 1;
    if (line.trim() !== "") yield readLine(line, `line ${number}`);
  }
}

function readLine(line: string, where: string): Read {
  if (line.length > MAX_LINE) return { where, why: `longer than ${MAX_LINE} characters` };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { where, why: `not JSON: ${line.slice(0, 60)}` };
  }
  if (typeof value !== "object" || value === null) return { where, why: "not a JSON object" };
  const { device, time } = value as { device?: unknown; time?: unknown };
  if (typeof device !== "string") return { where, why: `no device: ${line.slice(0, 60)}` };
  const at = typeof time === "number" ? time : typeof time === "string" ? parseMoment(time) : undefined;
  if (at === undefined || !Number.isFinite(at)) return { where, why: `no usable time: ${String(time)}` };
  return { device, time: at, line: line.trim() };
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of text) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
