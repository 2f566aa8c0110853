import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Definition, LogEntry } from "./entry.ts";
import type { Event } from "./event.ts";
import type { Fence } from "./fence.ts";
import { readPositions, TextsIn, TextsOut, writePositions } from "./fix-codec.ts";

/** First byte of every entry: "W". */
const MAGIC = 0x57;
const VERSION = 1;

const LIVE = 1;
const IMPORT = 2;
const FENCE_PUT = 3;
const FENCE_DELETE = 4;
const DEVICE_DELETE = 5;

const DEVICE_GROUPS = 6;
const DEFINE = 7;
const UNDEFINE = 8;
const TICK = 9;
const AMEND = 10;

const KINDS = {
  "fence-put": FENCE_PUT,
  "fence-delete": FENCE_DELETE,
  "device-delete": DEVICE_DELETE,
  "device-groups": DEVICE_GROUPS,
  define: DEFINE,
  undefine: UNDEFINE,
  tick: TICK,
  amend: AMEND,
};

const kindOf = (entry: LogEntry): number => {
  if (entry.kind !== "positions") return KINDS[entry.kind];
  return entry.mode === "live" ? LIVE : IMPORT;
};

/**
 * Appends one entry: magic, version, kind, server time, then the content. Texts that repeat (devices, attribute
 * keys and values) are written once an entry; a fence is JSON. Throws only for what JSON cannot hold.
 */
export function writeEntry(out: ByteWriter, entry: LogEntry): void {
  out.u8(MAGIC);
  out.u8(VERSION);
  out.u8(kindOf(entry));
  out.number(entry.at);
  switch (entry.kind) {
    case "positions":
      out.string(entry.workspace);
      writePositions(out, entry.positions, new TextsOut());
      break;
    case "fence-put":
      out.string(JSON.stringify(entry.fence));
      break;
    case "fence-delete":
      out.string(entry.workspace);
      out.string(entry.fence);
      break;
    case "device-delete":
      out.string(entry.workspace);
      out.string(entry.device);
      break;
    case "device-groups":
      out.string(entry.workspace);
      out.string(entry.device);
      out.string(JSON.stringify(entry.groups));
      break;
    case "define":
      out.string(JSON.stringify(entry.definition));
      break;
    case "undefine":
      out.string(entry.workspace);
      out.string(entry.of);
      out.string(entry.id);
      break;
    case "tick":
      break;
    case "amend":
      out.string(entry.workspace);
      out.string(entry.device);
      out.string(JSON.stringify(entry.events));
      break;
  }
}

/** What `writeEntry` wrote as JSON; the caller trusts its shape. */
function parse(from: ByteReader, what: string): unknown {
  const text = from.string();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    return from.fail(`${what} that is no JSON (${String(cause)})`);
  }
}

function readAmend(from: ByteReader, at: number): LogEntry {
  const [workspace, device] = [from.string(), from.string()];
  return { kind: "amend", workspace, at, device, events: parse(from, "an amendment") as Event[] };
}

function readContent(from: ByteReader): LogEntry {
  const kind = from.u8();
  const at = from.number();
  switch (kind) {
    case LIVE:
    case IMPORT: {
      const workspace = from.string();
      const positions = readPositions(from, new TextsIn());
      return { kind: "positions", workspace, at, mode: kind === LIVE ? "live" : "import", positions };
    }
    case FENCE_PUT:
      return { kind: "fence-put", at, fence: parse(from, "a fence") as Fence };
    case FENCE_DELETE:
      return { kind: "fence-delete", workspace: from.string(), at, fence: from.string() };
    case DEVICE_DELETE:
      return { kind: "device-delete", workspace: from.string(), at, device: from.string() };
    case DEVICE_GROUPS: {
      const [workspace, device] = [from.string(), from.string()];
      return { kind: "device-groups", workspace, at, device, groups: parse(from, "groups") as string[] };
    }
    case DEFINE:
      return { kind: "define", at, definition: parse(from, "a definition") as Definition };
    case UNDEFINE: {
      const workspace = from.string();
      const of = from.string() as Definition["of"];
      return { kind: "undefine", workspace, at, of, id: from.string() };
    }
    case TICK:
      return { kind: "tick", at };
    case AMEND:
      return readAmend(from, at);
    default:
      return from.fail(`entry kind 1 to ${AMEND} expected, found ${kind}`);
  }
}

/** One entry in a buffer of its own; see `writeEntry`. */
export function encodeEntry(entry: LogEntry): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  writeEntry(out, entry);
  return out.finish();
}

/** Reads what `encodeEntry` wrote. Throws `storage_failed` that says what is wrong and at which byte. */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  const from = new ByteReader(bytes, "log entry");
  const magic = from.u8();
  if (magic !== MAGIC) from.fail(`magic byte ${MAGIC} expected, found ${magic}`);
  const version = from.u8();
  if (version !== VERSION) from.fail(`version ${VERSION} expected, found ${version}`);
  const entry = readContent(from);
  from.end();
  return entry;
}
