import type { Duplex } from "node:stream";
import { deserialize, serialize } from "node:v8";

/** Bytes of the length before each letter. */
const LENGTH = 4;

/** A letter as it goes over the pipe, to be sent to any number of others. */
export function seal(letter: unknown): Buffer {
  const body = serialize(letter);
  const sealed = Buffer.allocUnsafe(LENGTH + body.length);
  sealed.writeUInt32LE(body.length);
  body.copy(sealed, LENGTH);
  return sealed;
}

/**
 * Letters over a pipe between two processes of this machine, each with its length before it, in order. It is a pipe of its
 * own because that of the process waits at each socket until the other side has taken it.
 */
export class Post<Sent, Received> {
  readonly #pipe: Duplex;
  readonly #take: (letter: Received) => void;
  /** What has come of the letters that are not whole, and how much that is. */
  #pieces: Buffer[] = [];
  #size = 0;

  /** `take` is called with each letter that comes. */
  constructor(pipe: Duplex, take: (letter: Received) => void) {
    this.#pipe = pipe;
    this.#take = take;
    // Its end is told by the end of the process.
    pipe.on("error", () => pipe.destroy());
    pipe.on("data", (bytes: Buffer) => this.#read(bytes));
  }

  /** Bytes that the other side has not taken yet. */
  get waiting(): number {
    return this.#pipe.writableLength;
  }

  send(letter: Sent): void {
    this.sendSealed(seal(letter));
  }

  /** Sends what `seal` made. */
  sendSealed(sealed: Buffer): void {
    if (!this.#pipe.destroyed && !this.#pipe.writableEnded) this.#pipe.write(sealed);
  }

  /** Pieces are put together once a letter is whole: a long one comes in many. */
  #read(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    while (this.#size >= LENGTH) {
      const end = LENGTH + this.#head().readUInt32LE();
      if (this.#size < end) return;
      const all = this.#joined();
      this.#pieces = all.length === end ? [] : [all.subarray(end)];
      this.#size -= end;
      // Written by `seal` of the same program.
      this.#take(deserialize(all.subarray(LENGTH, end)) as Received);
    }
  }

  /** A piece with the length of the next letter in it. */
  #head(): Buffer {
    const [first] = this.#pieces;
    return first !== undefined && first.length >= LENGTH ? first : this.#joined();
  }

  #joined(): Buffer {
    const [first, ...more] = this.#pieces;
    if (first === undefined || more.length === 0) return first ?? Buffer.alloc(0);
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}
