import { type ByteReader, type ByteWriter, isInt } from "#wire";

/** Most decimals that are tried before a column is written as doubles. */
const MAX_DECIMALS = 9;
/** Tag of a column of doubles, where others have their number of decimals. */
const DOUBLES = 255;

const POWERS = Array.from({ length: MAX_DECIMALS + 1 }, (_, decimals) => 10 ** decimals);

/** Do all values come back exactly from `round(value · power) / power`? */
function fits(values: ArrayLike<number>, power: number): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const scaled = Math.round(value * power);
    if (scaled / power !== value || !isInt(scaled)) return false;
  }
  return true;
}

/**
 * Numbers of any kind, exactly. When all are decimals of at most nine places, the tag is the number of places and
 * each value is the distance of its scaled integer from the one before; else they are doubles.
 */
export function writeNumbers(out: ByteWriter, values: ArrayLike<number>): void {
  const decimals = POWERS.findIndex((power) => fits(values, power));
  const power = POWERS[decimals];
  if (power === undefined) {
    out.u8(DOUBLES);
    for (let i = 0; i < values.length; i++) out.f64(values[i] ?? 0);
    return;
  }
  out.u8(decimals);
  let last = 0;
  for (let i = 0; i < values.length; i++) {
    const scaled = Math.round((values[i] ?? 0) * power);
    out.int(scaled - last);
    last = scaled;
  }
}

/** Reads `count` numbers that `writeNumbers` wrote. */
export function readNumbers(from: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(count);
  const tag = from.u8();
  if (tag === DOUBLES) {
    for (let i = 0; i < count; i++) values[i] = from.f64();
    return values;
  }
  const power = POWERS[tag] ?? from.fail(`0 to ${MAX_DECIMALS} decimals expected, found ${tag}`);
  let last = 0;
  for (let i = 0; i < count; i++) {
    last += from.int();
    values[i] = last / power;
  }
  return values;
}

/** Ascending times: the change of the step from one to the next, or doubles when one is no integer. */
export function writeTimes(out: ByteWriter, times: Float64Array): void {
  if (!times.every(isInt)) {
    out.u8(DOUBLES);
    for (const time of times) out.f64(time);
    return;
  }
  out.u8(0);
  let last = 0;
  let step = 0;
  for (const time of times) {
    out.int(time - last - step);
    step = time - last;
    last = time;
  }
}

/** Reads `count` times that `writeTimes` wrote. */
export function readTimes(from: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const times = new Float64Array(count);
  if (from.u8() === DOUBLES) {
    for (let i = 0; i < count; i++) times[i] = from.f64();
    return times;
  }
  let last = 0;
  let step = 0;
  for (let i = 0; i < count; i++) {
    step += from.int();
    last += step;
    times[i] = last;
  }
  return times;
}

const NONE = 0;
const ALL = 1;
const SOME = 2;

/** Which of some things have a property: none, all, or one bit each. */
export function writeBits(out: ByteWriter, bits: readonly boolean[]): void {
  const set = bits.reduce((count, bit) => count + (bit ? 1 : 0), 0);
  if (set === 0) return out.u8(NONE);
  if (set === bits.length) return out.u8(ALL);
  out.u8(SOME);
  for (let i = 0; i < bits.length; i += 8) {
    let byte = 0;
    for (let j = 0; j < 8; j++) if (bits[i + j]) byte |= 1 << j;
    out.u8(byte);
  }
}

/** Reads `count` bits that `writeBits` wrote; undefined when none is set. */
export function readBits(from: ByteReader, count: number): Uint8Array | undefined {
  const tag = from.u8();
  if (tag === NONE) return undefined;
  const bits = new Uint8Array(count);
  if (tag === ALL) return bits.fill(1);
  if (tag !== SOME) from.fail(`bits tag 0, 1 or 2 expected, found ${tag}`);
  for (let i = 0; i < count; i += 8) {
    const byte = from.u8();
    for (let j = 0; j < 8 && i + j < count; j++) bits[i + j] = (byte >> j) & 1;
  }
  return bits;
}
