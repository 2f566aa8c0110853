import {
  ByteReader,
  ByteWriter,
  type DeviceRecord,
  type DeviceStatus,
  readFix,
  TextsIn,
  TextsOut,
  writeFix,
} from "#wire";

const VERSION = 1;

const FIX = 1;
const MOVING = 2;
const STOPPED = 4;
const SINCE = 8;
const SEEN = 16;
const GROUPS = 32;

/** Status and engine state of a device without its name: what a row of `state` holds. */
export function writeState(out: ByteWriter, { status, engine }: DeviceRecord): void {
  const { fix, motion, motionSince, seenAt, inside, groups } = status;
  out.u8(VERSION);
  out.u8(
    (fix ? FIX : 0) |
      (motion === "moving" ? MOVING : 0) |
      (motion === "stopped" ? STOPPED : 0) |
      (motionSince === undefined ? 0 : SINCE) |
      (seenAt === undefined ? 0 : SEEN) |
      (groups === undefined ? 0 : GROUPS),
  );
  if (fix) writeFix(out, fix, 0, new TextsOut());
  if (motionSince !== undefined) out.number(motionSince);
  if (seenAt !== undefined) out.number(seenAt);
  out.varint(inside.length);
  for (const fence of inside) out.string(fence);
  if (groups !== undefined) out.string(JSON.stringify(groups));
  out.string(JSON.stringify(engine ?? null));
}

/** Reads a row of `state` back. Throws `storage_failed` for anything corrupt. */
export function readState(bytes: Uint8Array, workspace: string, device: string): DeviceRecord {
  const from = new ByteReader(bytes, `state of device ${device}`);
  const version = from.u8();
  if (version !== VERSION) from.fail(`version ${VERSION} expected, found ${version}`);
  const flags = from.u8();
  const status: { -readonly [Key in keyof DeviceStatus]: DeviceStatus[Key] } = {
    workspace,
    device,
    inside: [],
  };
  if (flags & FIX) status.fix = readFix(from, device, 0, new TextsIn());
  if (flags & MOVING) status.motion = "moving";
  if (flags & STOPPED) status.motion = "stopped";
  if (flags & SINCE) status.motionSince = from.number();
  if (flags & SEEN) status.seenAt = from.number();
  const inside: string[] = [];
  for (let count = from.count(); count > 0; count--) inside.push(from.string());
  status.inside = inside;
  if (flags & GROUPS) status.groups = JSON.parse(from.string()) as string[];
  const engine: unknown = JSON.parse(from.string());
  return { status, engine };
}

/** Records of a commit: a count, then handle, first-seen time and state each. */
export function writeRecords(
  records: readonly DeviceRecord[],
  handleOf: (workspace: string, device: string) => number,
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(records.length * 256 + 16);
  out.varint(records.length);
  for (const record of records) {
    const { workspace, device, seenAt, fix } = record.status;
    out.varint(handleOf(workspace, device));
    out.number(seenAt ?? fix?.time ?? 0);
    const start = out.length;
    out.u32(0);
    writeState(out, record);
    out.patchU32(start, out.length - start - 4);
  }
  return out.finish();
}

/** One record as the store writes it: the state stays bytes. */
export interface RawRecord {
  readonly handle: number;
  readonly seenAt: number;
  readonly state: Uint8Array;
}

/** Reads what `writeRecords` wrote, one at a time. */
export function* readRecords(bytes: Uint8Array): Generator<RawRecord> {
  const from = new ByteReader(bytes, "device records");
  for (let count = from.count(); count > 0; count--) {
    yield { handle: from.varint(), seenAt: from.number(), state: from.raw(from.u32()) };
  }
  from.end();
}
