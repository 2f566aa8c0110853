import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader, ByteWriter, computedOf, type DeviceId, type Fix, Problem } from "#wire";
import { readAttributeColumn, writeAttributeColumn } from "./attribute-column.ts";
import { readBits, readNumbers, readTimes, writeBits, writeNumbers, writeTimes } from "./column.ts";

/** First byte of every segment: "S". */
const MAGIC = 0x53;
/** Version 1 did not say what was computed; it is read as reported. */
const VERSION = 2;
const OLDEST_VERSION = 1;
const PLAIN = 0;
const DEFLATED = 1;
/** Magic, version, form and the CRC-32 of what follows. */
const HEAD_BYTES = 7;

/** Columns that a fix may lack, in the order of the format. */
const OPTIONAL = ["altitude", "speed", "course", "accuracy"] as const;

type Column = (typeof OPTIONAL)[number];

/** Columns that may have been computed, in the order of the format. */
const COMPUTABLE = ["speed", "course"] as const;

function writeOptional(out: ByteWriter, fixes: readonly Fix[], column: Column): void {
  const present = fixes.map((fix) => fix[column] !== undefined);
  writeBits(out, present);
  const values: number[] = [];
  for (const fix of fixes) {
    const value = fix[column];
    if (value !== undefined) values.push(value);
  }
  if (values.length > 0) writeNumbers(out, values);
}

/** Calls back with index and value of each fix that has the column. */
function readOptional(from: ByteReader, count: number, each: (i: number, value: number) => void): void {
  const present = readBits(from, count);
  if (!present) return;
  const values = readNumbers(
    from,
    present.reduce((sum, bit) => sum + bit, 0),
  );
  let next = 0;
  for (let i = 0; i < count; i++) if (present[i]) each(i, values[next++] ?? 0);
}

function writeColumns(out: ByteWriter, fixes: readonly Fix[]): void {
  out.varint(fixes.length);
  writeTimes(
    out,
    Float64Array.from(fixes, (fix) => fix.time),
  );
  writeNumbers(
    out,
    Float64Array.from(fixes, (fix) => fix.lon),
  );
  writeNumbers(
    out,
    Float64Array.from(fixes, (fix) => fix.lat),
  );
  for (const column of OPTIONAL) writeOptional(out, fixes, column);
  writeBits(
    out,
    fixes.map((fix) => fix.outlier === true),
  );
  writeBits(
    out,
    fixes.map((fix) => fix.late === true),
  );
  writeAttributeColumn(out, fixes);
  for (const part of COMPUTABLE) {
    writeBits(
      out,
      fixes.map(({ computed }) => computed?.includes(part) === true),
    );
  }
}

/**
 * Writes fixes of one device, ascending by time, column by column and exactly; `docs/design/segments.md` has the
 * format. `deflate` tries to make it smaller still and is worth its time for segments that stay.
 */
export function writeSegment(fixes: readonly Fix[], deflate: boolean): Uint8Array<ArrayBuffer> {
  const columns = new ByteWriter(fixes.length * 16 + 64);
  writeColumns(columns, fixes);
  const plain = columns.finish();
  const deflated = deflate ? deflateRawSync(plain, { level: 6 }) : plain;
  const smaller = deflated.length < plain.length * 0.95;
  const content = smaller ? deflated : plain;
  const out = new ByteWriter(content.length + HEAD_BYTES);
  out.u8(MAGIC);
  out.u8(VERSION);
  out.u8(smaller ? DEFLATED : PLAIN);
  out.u32(crc32(content));
  out.raw(content);
  return out.finish();
}

function open(bytes: Uint8Array): ByteReader {
  const head = new ByteReader(bytes, "segment");
  const magic = head.u8();
  if (magic !== MAGIC) head.fail(`magic byte ${MAGIC} expected, found ${magic}`);
  const version = head.u8();
  if (version !== VERSION && version !== OLDEST_VERSION) {
    head.fail(`version ${OLDEST_VERSION} to ${VERSION} expected, found ${version}`);
  }
  const form = head.u8();
  const crc = head.u32();
  const content = head.raw(head.left);
  if (crc32(content) !== crc) head.fail("its checksum differs");
  if (form === PLAIN) return new ByteReader(content, "segment");
  if (form !== DEFLATED) head.fail(`form 0 or 1 expected, found ${form}`);
  try {
    return new ByteReader(inflateRawSync(content), "segment");
  } catch (cause) {
    throw new Problem("storage_failed", `Corrupt segment: ${String(cause)}`, { cause });
  }
}

type Building = { -readonly [Key in keyof Fix]: Fix[Key] };

function readComputed(from: ByteReader, fixes: readonly Building[]): void {
  const [speeds, courses] = COMPUTABLE.map(() => readBits(from, fixes.length));
  for (const [i, fix] of fixes.entries()) {
    const computed = computedOf(speeds?.[i] === 1, courses?.[i] === 1);
    if (computed) fix.computed = computed;
  }
}

/** Reads what `writeSegment` wrote, for `device`. Throws `storage_failed` for anything corrupt. */
export function readSegment(bytes: Uint8Array, device: DeviceId): Fix[] {
  const from = open(bytes);
  const count = from.count();
  const times = readTimes(from, count);
  const lons = readNumbers(from, count);
  const lats = readNumbers(from, count);
  const fixes: Building[] = [];
  for (let i = 0; i < count; i++) {
    fixes.push({ device, time: times[i] ?? 0, lon: lons[i] ?? 0, lat: lats[i] ?? 0 });
  }
  const at = (i: number): Building => fixes[i] ?? from.fail(`fix ${i} of ${count}`);
  for (const column of OPTIONAL) {
    readOptional(from, count, (i, value) => {
      at(i)[column] = value;
    });
  }
  const outliers = readBits(from, count);
  outliers?.forEach((bit, i) => {
    if (bit) at(i).outlier = true;
  });
  const late = readBits(from, count);
  late?.forEach((bit, i) => {
    if (bit) at(i).late = true;
  });
  readAttributeColumn(from, count, (i, attributes) => {
    at(i).attributes = attributes;
  });
  // Version 1 ends here.
  if (from.left > 0) readComputed(from, fixes);
  from.end();
  return fixes;
}

/** Only the times of a segment. */
export function readSegmentTimes(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  const from = open(bytes);
  return readTimes(from, from.count());
}
