import { connect, type Socket } from "node:net";
import { nextPort } from "./ports.ts";

/** Where to connect, and from which address of this machine. */
export interface SocketOrder {
  readonly port: number;
  readonly from: string;
  readonly path: string;
  readonly token: string;
}

/** Who hears what comes. */
export interface SocketEars {
  opened(): void;
  text(payload: Buffer): void;
  frame(payload: Buffer): void;
  /** Once, whoever ended it; also when it never opened. */
  closed(): void;
}

const [TEXT, BINARY, CLOSE, PING, PONG] = [1, 2, 8, 9, 10];
/** No server of ours sends larger messages. */
const LARGEST = 64 * 1024 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");
const KEY = Buffer.alloc(16).toString("base64");

/**
 * The client side of a WebSocket with nothing to spare (RFC 6455): no checks that a client owes its user, little memory
 * and little time, so that a measurement is of the server.
 */
export class LightSocket {
  #socket: Socket;
  readonly #ears: SocketEars;
  #open = false;
  #rest: Buffer | undefined;

  constructor(order: SocketOrder, ears: SocketEars) {
    this.#ears = ears;
    this.#socket = this.#connect(order);
  }

  #connect(order: SocketOrder): Socket {
    const { port, from, path, token } = order;
    const socket = connect({
      port,
      host: "127.0.0.1",
      localAddress: from,
      localPort: nextPort(),
      noDelay: true,
    });
    let again = false;
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      again = code === "EADDRINUSE";
      socket.destroy();
    });
    socket.on("close", () => {
      if (again) this.#socket = this.#connect(order);
      else this.#ears.closed();
    });
    socket.on("data", (chunk: Buffer) => this.#data(chunk));
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${KEY}\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    return socket;
  }

  /** Bytes that came, handshake and all. */
  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  /** Breaks the connection without a word; with a reset, or its port could not be used again for a minute. */
  drop(): void {
    this.#socket.resetAndDestroy();
  }

  /** Clients must mask; a mask of zeros leaves the payload as it is. */
  #write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (length < 126 ? length : 126);
    if (length >= 126) head.writeUInt16BE(length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #data(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#open) {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      if (!bytes.subarray(0, end).includes(" 101 ")) {
        this.drop();
        return;
      }
      this.#open = true;
      bytes = bytes.subarray(end + HEAD_END.length);
      this.#ears.opened();
    }
    let at = 0;
    for (let next = this.#message(bytes, at); next > at; next = this.#message(bytes, at)) at = next;
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }

  /** Takes the message at a place; answers where the next one begins, or the same place when it is not all there yet. */
  #message(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return at;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < head) return at;
    const size =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (size > LARGEST) this.drop();
    if (bytes.length - at < head + size) return at;
    const payload = bytes.subarray(at + head, at + head + size);
    const opcode = (bytes[at] ?? 0) & 0x0f;
    if (opcode === TEXT) this.#ears.text(payload);
    else if (opcode === BINARY) this.#ears.frame(payload);
    else if (opcode === PING) this.#write(PONG, payload);
    else if (opcode === CLOSE) this.#socket.end();
    return at + head + size;
  }
}
