import type { Duplex } from "node:stream";
import { deserialize, serialize } from "node:v8";

/** Bytes of the length before each letter. */
const LENGTH = 4;

/**
 * Letters over a pipe between two processes of this machine, each with its length before it, in order. It is a pipe of its
 * own because that of the process waits at each socket until the other side has taken it.
 */
export class Post<Sent, Received> {
  readonly #pipe: Duplex;
  readonly #take: (letter: Received) => void;
  #rest: Buffer = Buffer.alloc(0);

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
    if (this.#pipe.destroyed || this.#pipe.writableEnded) return;
    const body = serialize(letter);
    const length = Buffer.allocUnsafe(LENGTH);
    length.writeUInt32LE(body.length);
    this.#pipe.cork();
    this.#pipe.write(length);
    this.#pipe.write(body);
    this.#pipe.uncork();
  }

  #read(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (rest.length >= LENGTH) {
      const end = LENGTH + rest.readUInt32LE();
      if (rest.length < end) break;
      // Written by `send` of the same program.
      this.#take(deserialize(rest.subarray(LENGTH, end)) as Received);
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}
