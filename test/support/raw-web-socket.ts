import { connect, type Socket } from "node:net";
import type { Random } from "../../bench/support/random.ts";

/** What a frame is to be; everything that RFC 6455 forbids can be asked for. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** The last of its message. */
  readonly final?: boolean;
  readonly masked?: boolean;
  /** Bits that only extensions use. */
  readonly reserved?: number;
  /** A length to claim, whatever follows. */
  readonly claims?: number;
}

/** Bytes of a frame (RFC 6455, section 5.2). */
export function frameBytes({
  opcode,
  payload,
  final = true,
  masked = true,
  reserved = 0,
  claims,
}: RawFrame): Buffer {
  const length = claims ?? payload.length;
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (length < 126) head.push(mask | length);
  else if (length < 65_536) head.push(mask | 126, length >> 8, length & 255);
  else {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(length));
    head.push(mask | 127, ...long);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), payload]);
  const key = Buffer.from([0x5a, 0x13, 0xc7, 0x88]);
  return Buffer.concat([Buffer.from(head), key, payload.map((byte, i) => byte ^ key[i & 3]!)]);
}

/** The request for an upgrade (RFC 6455, section 4.1). */
export const upgradeRequest = (path: string, more: readonly string[] = []): string =>
  [
    `GET ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ...more,
    "\r\n",
  ].join("\r\n");

/** How a client takes its leave. */
export type Leave = "reset" | "half-close" | "wait";

/** Milliseconds within which a server must have closed what it is asked to close, or what breaks the protocol. */
const CLOSES_WITHIN = 5_000;

/** A TCP connection that says what it likes. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #received = "";
  #changed: () => void = () => undefined;
  #over = false;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (text: string) => {
      this.#received += text;
      this.#changed();
    });
    this.#socket.on("error", () => undefined);
    this.#closed = new Promise((resolve) => {
      this.#socket.once("close", () => {
        this.#over = true;
        this.#changed();
        resolve();
      });
    });
  }

  /** All that came, a character a byte. */
  get received(): string {
    return this.#received;
  }

  write(bytes: string | Buffer): void {
    if (!this.#over) this.#socket.write(bytes);
  }

  /** Resolves when the answer to an HTTP request has begun, or the connection has ended. */
  async answered(): Promise<void> {
    if (this.#received.includes("\r\n\r\n") || this.#over) return;
    await new Promise<void>((resolve) => {
      this.#changed = () => {
        if (this.#received.includes("\r\n\r\n") || this.#over) resolve();
      };
    });
  }

  /** Resolves when the connection has ended. Rejects when the server does not end it. */
  async leave(how: Leave): Promise<void> {
    if (how === "reset") this.#socket.resetAndDestroy();
    else if (how === "half-close") this.#socket.end();
    const limit = setTimeout(() => this.#socket.destroy(new Error("late")), CLOSES_WITHIN);
    const late = new Promise<never>((_, reject) => {
      this.#socket.once("error", (error) => {
        if (error.message === "late") reject(new Error(`the server leaves a connection open: ${how}`));
      });
    });
    await Promise.race([this.#closed, late]).finally(() => clearTimeout(limit));
  }
}

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

/** Frames that break the protocol: a server must end the connection after any of them. */
export function brokenFrames(random: Random): Buffer {
  const text = Buffer.from('["watch",{"bbox":[0,0,1,1]}]');
  const frames: readonly (() => readonly RawFrame[])[] = [
    () => [{ opcode: 1, payload: text, masked: false }],
    () => [{ opcode: pick(random, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: text }],
    () => [{ opcode: 1, payload: text, reserved: 1 + Math.floor(random() * 7) }],
    () => [{ opcode: 0, payload: text }],
    () => [
      { opcode: 1, payload: text, final: false },
      { opcode: 1, payload: text },
    ],
    () => [{ opcode: 9, payload: Buffer.alloc(126) }],
    () => [{ opcode: pick(random, [8, 9, 10]), payload: text, final: false }],
    () => [
      { opcode: 8, payload: pick(random, [Buffer.from([3]), Buffer.from([0, 1]), Buffer.from([3, 0xec])]) },
    ],
    () => [{ opcode: 8, payload: Buffer.from([0x03, 0xe8, 0xff, 0xfe]) }],
    () => [{ opcode: 1, payload: Buffer.from([0xc3, 0x28, 0xff]) }],
    () => [
      {
        opcode: pick(random, [1, 2]),
        payload: text,
        claims: pick(random, [16_385, 70_000, 2 ** 31, 2 ** 40]),
      },
    ],
    () =>
      Array.from({ length: 20 }, (_, i) => ({
        opcode: i === 0 ? 1 : 0,
        payload: Buffer.alloc(1_000, 32),
        final: false,
      })),
  ];
  return Buffer.concat(pick(random, frames)().map(frameBytes));
}
