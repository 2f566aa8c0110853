import type { EpochMs } from "#geo";
import { type ByteReader, type ByteWriter, isInt } from "./bytes.ts";
import { computedOf } from "./computed.ts";
import type { DeviceId } from "./ids.ts";
import type { Attributes, Fix, Position } from "./position.ts";

/** Writes each text once; later uses are a number. */
export class TextsOut {
  readonly #seen = new Map<string, number>();

  write(out: ByteWriter, text: string): void {
    const place = this.#seen.get(text);
    if (place === undefined) {
      this.#seen.set(text, this.#seen.size + 1);
      out.varint(0);
      out.string(text);
    } else {
      out.varint(place);
    }
  }
}

/** Reads what `TextsOut` wrote. */
export class TextsIn {
  #seen: string[] = [];

  /** Forgets all texts: the next part begins its own table. */
  clear(): void {
    if (this.#seen.length > 0) this.#seen = [];
  }

  read(from: ByteReader): string {
    const place = from.varint();
    if (place === 0) {
      const text = from.string();
      this.#seen.push(text);
      return text;
    }
    return this.#seen[place - 1] ?? from.fail(`text ${place} of ${this.#seen.length}`);
  }
}

const ALTITUDE = 1;
const SPEED = 2;
const COURSE = 4;
const ACCURACY = 8;
const ATTRIBUTES = 16;
const OUTLIER = 32;
const LATE = 64;
/** Both at once: the last byte says what else. */
const MORE = OUTLIER | LATE;
/** The time is no integer: a double instead of the distance from the time before. */
const ODD_TIME = 128;

/** Of the last byte, where the flags are `MORE`. */
const SPEED_COMPUTED = 1;
const COURSE_COMPUTED = 2;
const IS_OUTLIER = 4;
const IS_LATE = 8;

/** Tags of attribute values. */
const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const TEXT = 3;
const INT = 4;
const DOUBLE = 5;

const flagsOf = (fix: Fix): number =>
  (fix.altitude === undefined ? 0 : ALTITUDE) |
  (fix.speed === undefined ? 0 : SPEED) |
  (fix.course === undefined ? 0 : COURSE) |
  (fix.accuracy === undefined ? 0 : ACCURACY) |
  (fix.attributes === undefined ? 0 : ATTRIBUTES) |
  judgementOf(fix) |
  (isInt(fix.time) ? 0 : ODD_TIME);

function judgementOf({ outlier, late, computed }: Fix): number {
  if (computed !== undefined) return MORE;
  return (outlier === undefined ? 0 : OUTLIER) | (late === undefined ? 0 : LATE);
}

const moreOf = ({ outlier, late, computed }: Fix): number =>
  (computed?.includes("speed") ? SPEED_COMPUTED : 0) |
  (computed?.includes("course") ? COURSE_COMPUTED : 0) |
  (outlier === undefined ? 0 : IS_OUTLIER) |
  (late === undefined ? 0 : IS_LATE);

/** The base for the time of the next fix. */
const baseOf = (time: EpochMs): EpochMs => (isInt(time) ? time : 0);

/** Writes attributes in their own order; texts, keys included, go through the table. */
export function writeAttributes(out: ByteWriter, attributes: Attributes, texts: TextsOut): void {
  const keys = Object.keys(attributes);
  out.varint(keys.length);
  for (const key of keys) {
    texts.write(out, key);
    const value = attributes[key];
    if (value === null || value === undefined) out.u8(NULL);
    else if (typeof value === "boolean") out.u8(value ? TRUE : FALSE);
    else if (typeof value === "string") {
      out.u8(TEXT);
      texts.write(out, value);
    } else if (isInt(value)) {
      out.u8(INT);
      out.int(value);
    } else {
      out.u8(DOUBLE);
      out.f64(value);
    }
  }
}

function readValue(from: ByteReader, texts: TextsIn): string | number | boolean | null {
  const tag = from.u8();
  switch (tag) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case TEXT:
      return texts.read(from);
    case INT:
      return from.int();
    case DOUBLE:
      return from.f64();
    default:
      return from.fail(`attribute tag 0 to 5 expected, found ${tag}`);
  }
}

/** Reads what `writeAttributes` wrote. A key `__proto__` becomes a plain key. */
export function readAttributes(from: ByteReader, texts: TextsIn): Attributes {
  const attributes: Record<string, string | number | boolean | null> = {};
  const count = from.count();
  for (let i = 0; i < count; i++) {
    const key = texts.read(from);
    const value = readValue(from, texts);
    if (key === "__proto__") {
      Object.defineProperty(attributes, key, { value, enumerable: true, writable: true, configurable: true });
    } else {
      attributes[key] = value;
    }
  }
  return attributes;
}

/**
 * Writes a position or fix without its device. `base` is what the call for the fix before answered, 0 at first;
 * the answer is the base for the next one. Coordinates and measures are doubles, exactly as given.
 */
export function writeFix(out: ByteWriter, fix: Fix, base: EpochMs, texts: TextsOut): EpochMs {
  const flags = flagsOf(fix);
  out.u8(flags);
  if (flags & ODD_TIME) out.f64(fix.time);
  else out.int(fix.time - base);
  out.f64(fix.lon);
  out.f64(fix.lat);
  if (fix.altitude !== undefined) out.f64(fix.altitude);
  if (fix.speed !== undefined) out.f64(fix.speed);
  if (fix.course !== undefined) out.f64(fix.course);
  if (fix.accuracy !== undefined) out.f64(fix.accuracy);
  if (fix.attributes !== undefined) writeAttributes(out, fix.attributes, texts);
  if ((flags & MORE) === MORE) out.u8(moreOf(fix));
  return baseOf(fix.time);
}

type Building = { -readonly [Key in keyof Fix]: Fix[Key] };

/** What was made of the position. */
function readJudgement(from: ByteReader, flags: number, fix: Building): void {
  const more = flags === MORE ? from.u8() : flags === OUTLIER ? IS_OUTLIER : IS_LATE;
  const computed = computedOf((more & SPEED_COMPUTED) !== 0, (more & COURSE_COMPUTED) !== 0);
  if (computed) fix.computed = computed;
  if (more & IS_OUTLIER) fix.outlier = true;
  if (more & IS_LATE) fix.late = true;
}

/** Reads one fix of `device`; `base` as in `writeFix`. The next base is `nextBase(fix.time)`. */
export function readFix(from: ByteReader, device: DeviceId, base: EpochMs, texts: TextsIn): Fix {
  const flags = from.u8();
  const time = flags & ODD_TIME ? from.f64() : base + from.int();
  const fix: Building = { device, time, lon: from.f64(), lat: from.f64() };
  if (flags & ALTITUDE) fix.altitude = from.f64();
  if (flags & SPEED) fix.speed = from.f64();
  if (flags & COURSE) fix.course = from.f64();
  if (flags & ACCURACY) fix.accuracy = from.f64();
  if (flags & ATTRIBUTES) fix.attributes = readAttributes(from, texts);
  if (flags & MORE) readJudgement(from, flags & MORE, fix);
  return fix;
}

/** The base for reading the fix after one with this time. */
export const nextBase: (time: EpochMs) => EpochMs = baseOf;

/** Positions of many devices, each with its device. */
export function writePositions(out: ByteWriter, positions: readonly Position[], texts: TextsOut): void {
  out.varint(positions.length);
  let base: EpochMs = 0;
  for (const position of positions) {
    texts.write(out, position.device);
    base = writeFix(out, position, base, texts);
  }
}

/** Reads what `writePositions` wrote. */
export function readPositions(from: ByteReader, texts: TextsIn): Position[] {
  const count = from.count();
  const positions: Position[] = [];
  let base: EpochMs = 0;
  for (let i = 0; i < count; i++) {
    const position = readFix(from, texts.read(from), base, texts);
    base = baseOf(position.time);
    positions.push(position);
  }
  return positions;
}
