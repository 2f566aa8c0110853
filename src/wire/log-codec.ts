import { ByteReader, ByteWriter } from "./bytes.ts";
import type { LogEntry } from "./entry.ts";
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

const EDITS = { "fence-put": FENCE_PUT, "fence-delete": FENCE_DELETE, "device-delete": DEVICE_DELETE };

const kindOf = (entry: LogEntry): number => {
  if (entry.kind !== "positions") return EDITS[entry.kind];
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
  }
}

function parseFence(from: ByteReader): Fence {
  const text = from.string();
  try {
    return JSON.parse(text) as Fence;
  } catch (cause) {
    return from.fail(`a fence that is no JSON (${String(cause)})`);
  }
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
      return { kind: "fence-put", at, fence: parseFence(from) };
    case FENCE_DELETE:
      return { kind: "fence-delete", workspace: from.string(), at, fence: from.string() };
    case DEVICE_DELETE:
      return { kind: "device-delete", workspace: from.string(), at, device: from.string() };
    default:
      return from.fail(`entry kind 1 to 5 expected, found ${kind}`);
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
