import { isUtf8 } from "node:buffer";
import { refuse, type Refusal } from "#wire";

/** Longest line of NDJSON in bytes. */
export const MAX_LINE = 65_536;

const NEWLINE = 0x0a;

/** Text of a line without its end, or why it cannot be read. Blank lines are "". */
export type Line = string | Refusal;

/** Cuts a byte stream into lines, holding no more than one line of it. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #tooLong = false;

  /** The lines that end inside this chunk. */
  push(chunk: Buffer): readonly Line[] {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#keep(chunk);
      return [];
    }
    const head = chunk.subarray(0, last);
    const whole = this.#rest.length === 0 ? head : Buffer.concat([this.#rest, head]);
    const skipped = this.#tooLong;
    this.#rest = Buffer.alloc(0);
    this.#tooLong = false;
    this.#keep(chunk.subarray(last + 1));
    if (!skipped) return splitLines(whole);
    const [, ...after] = splitLines(whole);
    return [tooLong(), ...after];
  }

  /** The last line, when the stream ended without a newline. */
  end(): Line | undefined {
    if (this.#tooLong) return tooLong();
    return this.#rest.length === 0 ? undefined : readLine(this.#rest);
  }

  /** Keeps the beginning of a line; of one that is too long only the fact. */
  #keep(part: Buffer): void {
    if (this.#tooLong || part.length === 0) return;
    if (this.#rest.length + part.length > MAX_LINE) {
      this.#tooLong = true;
      this.#rest = Buffer.alloc(0);
    } else this.#rest = Buffer.concat([this.#rest, part]);
  }
}

const tooLong = (): Refusal => refuse("body_too_large", `the line is longer than ${MAX_LINE} bytes`);

const readLine = (bytes: Buffer): Line => {
  if (bytes.length > MAX_LINE) return tooLong();
  if (isUtf8(bytes)) return bytes.toString("utf8").trim();
  return refuse("invalid_encoding", "the line holds bytes that are not UTF-8");
};

/** One check for the whole run when it is all well, else each line for itself. */
const splitLines = (bytes: Buffer): Line[] => {
  if (isUtf8(bytes)) {
    return bytes
      .toString("utf8")
      .split("\n")
      .map((line) => (line.length > MAX_LINE ? tooLong() : line.trim()));
  }
  const lines: Line[] = [];
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(NEWLINE, from);
    const to = found < 0 ? bytes.length : found;
    lines.push(readLine(bytes.subarray(from, to)));
    from = to + 1;
  }
  return lines;
};
