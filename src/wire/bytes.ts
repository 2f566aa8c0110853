import type { ErrorCode } from "./catalogue.ts";
import { Problem } from "./problem.ts";

/** Largest magnitude that `int` takes; anything else is written as a double. */
const INT_LIMIT = 2 ** 50;

/** Can `ByteWriter.int` write this number exactly? False for fractions, huge numbers and -0. */
export const isInt = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) <= INT_LIMIT && !Object.is(value, -0);

/**
 * Appends little-endian binary to a buffer that grows. Integers are LEB128 varints, signed ones zigzag;
 * text is UTF-8 with lone surrogates kept (WTF-8), so that every JavaScript string comes back as it was.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(size = 1024) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** Forgets everything after the first `length` bytes. */
  rewind(length: number): void {
    this.#at = length;
  }

  /** A copy of what was written, alone in its buffer. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #reserve(count: number): void {
    const need = this.#at + count;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Overwrites four bytes written before, for lengths that are known only afterwards. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** A non-negative integer below 2^53. */
  varint(value: number): void {
    this.#reserve(8);
    const bytes = this.#bytes;
    let rest = value;
    while (rest > 0x7fff_ffff) {
      bytes[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.#at++] = rest;
  }

  /** A signed integer of at most 2^51. */
  int(value: number): void {
    this.varint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  /** Any number, exactly: an integer in few bytes, everything else as a double. */
  number(value: number): void {
    if (isInt(value)) {
      this.u8(0);
      this.int(value);
    } else {
      this.u8(1);
      this.f64(value);
    }
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Length in bytes, then the text. */
  string(text: string): void {
    const start = this.#at;
    const length = text.length;
    this.varint(length);
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = start;
        this.#wide(text);
        return;
      }
      bytes[at++] = code;
    }
    this.#at = at;
  }

  /** Text with characters beyond ASCII. */
  #wide(text: string): void {
    let size = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i++;
      size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    }
    this.varint(size);
    this.#reserve(size);
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i++;
      this.#codePoint(code);
    }
  }

  #codePoint(code: number): void {
    const bytes = this.#bytes;
    if (code < 0x80) {
      bytes[this.#at++] = code;
      return;
    }
    if (code < 0x800) {
      bytes[this.#at++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x1_0000) {
        bytes[this.#at++] = 0xe0 | (code >> 12);
      } else {
        bytes[this.#at++] = 0xf0 | (code >> 18);
        bytes[this.#at++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[this.#at++] = 0x80 | ((code >> 6) & 0x3f);
    }
    bytes[this.#at++] = 0x80 | (code & 0x3f);
  }
}

/** Reads what `ByteWriter` wrote. Everything unexpected throws a problem that names `what` and the place. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  readonly #code: ErrorCode;
  #at = 0;
  #end: number;

  /** `what` is the name of the thing in messages, such as "log entry"; `code` is `storage_failed` for what we wrote ourselves. */
  constructor(bytes: Uint8Array, what: string, code: ErrorCode = "storage_failed") {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#code = code;
    this.#end = bytes.length;
  }

  /** Bytes read so far. */
  get at(): number {
    return this.#at;
  }

  /** Bytes left. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** Goes on at byte `start` and takes `end` for the end: many small parts need only one reader. */
  window(start: number, end: number): void {
    if (start > end || end > this.#bytes.length) this.fail(`a part from ${start} to ${end}`);
    this.#at = start;
    this.#end = end;
  }

  fail(detail: string): never {
    throw new Problem(this.#code, `Corrupt ${this.#what}: ${detail} at byte ${this.#at}`);
  }

  #need(count: number): void {
    if (this.#at + count > this.#end) this.fail(`${count} more bytes expected, ${this.left} left`);
  }

  /** Refuses bytes after the end of the content. */
  end(): void {
    if (this.left > 0) this.fail(`${this.left} bytes after the end`);
  }

  u8(): number {
    this.#need(1);
    return this.#view.getUint8(this.#at++);
  }

  u32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  f64(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  varint(): number {
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 128;
    do {
      if (factor > 2 ** 49) this.fail("a varint of more than 53 bits");
      byte = this.u8();
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte > 0x7f);
    return value;
  }

  int(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  number(): number {
    const tag = this.u8();
    if (tag === 0) return this.int();
    if (tag === 1) return this.f64();
    return this.fail(`number tag 0 or 1 expected, found ${tag}`);
  }

  /** A count of things that take at least one byte each; more than there are bytes is refused. */
  count(): number {
    const count = this.varint();
    if (count > this.left) this.fail(`${count} elements announced, ${this.left} bytes left`);
    return count;
  }

  /** The next `length` bytes, without copying. */
  raw(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  string(): string {
    const size = this.count();
    const end = this.#at + size;
    let text = "";
    while (this.#at < end) {
      const units = this.#codeUnits(end);
      text += String.fromCharCode.apply(undefined, units);
    }
    if (this.#at !== end) this.fail("a character that ends after its text");
    return text;
  }

  /** Some thousand UTF-16 code units, few enough to be arguments of one call. */
  #codeUnits(end: number): number[] {
    const units: number[] = [];
    const view = this.#view;
    while (this.#at < end && units.length < 4096) {
      const first = view.getUint8(this.#at);
      if (first < 0x80) {
        units.push(first);
        this.#at++;
      } else {
        const code = this.#codePoint(first);
        if (code > 0xffff) units.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
        else units.push(code);
      }
    }
    return units;
  }

  #codePoint(first: number): number {
    this.#at++;
    if (first < 0xc2 || first > 0xf4) this.fail(`byte ${first} where a character begins`);
    if (first < 0xe0) return ((first & 0x1f) << 6) | this.#tail();
    if (first < 0xf0) return ((first & 0x0f) << 12) | (this.#tail() << 6) | this.#tail();
    return ((first & 0x07) << 18) | (this.#tail() << 12) | (this.#tail() << 6) | this.#tail();
  }

  #tail(): number {
    const byte = this.u8();
    if ((byte & 0xc0) !== 0x80) this.fail(`byte ${byte} inside a character`);
    return byte & 0x3f;
  }
}
