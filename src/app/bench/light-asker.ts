import { connect, type Socket } from "node:net";
import { nextPort } from "./ports.ts";

/** Where to ask, from which address of this machine, and as whom. */
export interface AskOrder {
  readonly port: number;
  readonly from: string;
  readonly token: string;
}

/** Who hears of answers, and of requests whose connection ended before they were answered. */
export interface AskerEars {
  answered(status: number, body: Buffer): void;
  lost(): void;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * The client side of HTTP/1.1 with nothing to spare: one connection that is kept, one request at a time, answers with a
 * length (RFC 9112). As little work as can be, so that a measurement is of the server.
 */
export class LightAsker {
  readonly #order: AskOrder;
  readonly #ears: AskerEars;
  readonly #headers: string;
  #socket: Socket | undefined;
  #parts: Buffer[] = [];
  #have = 0;
  #need = Infinity;
  #bytesBefore = 0;
  #closed = false;
  /** A request waits for its answer. */
  waiting = false;

  constructor(order: AskOrder, ears: AskerEars) {
    this.#order = order;
    this.#ears = ears;
    this.#headers = `host: 127.0.0.1\r\nauthorization: Bearer ${order.token}\r\n`;
  }

  /** Bytes that came, over all connections. */
  get bytesRead(): number {
    return this.#bytesBefore + (this.#socket?.bytesRead ?? 0);
  }

  get(path: string): void {
    this.#ask(`GET ${path} HTTP/1.1\r\n${this.#headers}\r\n`);
  }

  /** Sends text. */
  post(path: string, body: string): void {
    const length = Buffer.byteLength(body);
    const about = `content-type: text/plain;charset=UTF-8\r\ncontent-length: ${length}\r\n`;
    this.#ask(`POST ${path} HTTP/1.1\r\n${this.#headers}${about}\r\n${body}`);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.resetAndDestroy();
  }

  #ask(request: string): void {
    if (this.#closed) return;
    this.#socket ??= this.#connect(request);
    this.waiting = true;
    this.#socket.write(request);
  }

  #connect(request: string): Socket {
    const { port, from } = this.#order;
    const socket = connect({ port, host: "127.0.0.1", localAddress: from, localPort: nextPort() });
    let again = false;
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      again = code === "EADDRINUSE";
      socket.destroy();
    });
    socket.on("data", (chunk: Buffer) => this.#data(chunk));
    socket.on("close", () => {
      this.#bytesBefore += socket.bytesRead;
      this.#socket = undefined;
      this.#clear();
      const failed = this.waiting && !this.#closed;
      this.waiting = false;
      if (failed && again) this.#ask(request);
      else if (failed) this.#ears.lost();
    });
    return socket;
  }

  #clear(): void {
    [this.#parts, this.#have, this.#need] = [[], 0, Infinity];
  }

  #data(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#have += chunk.length;
    if (this.#need === Infinity) this.#readHead();
    if (this.#have < this.#need) return;
    const whole = Buffer.concat(this.#parts);
    this.#clear();
    this.waiting = false;
    const status = Number(whole.toString("latin1", 9, 12));
    this.#ears.answered(status, whole.subarray(whole.indexOf(HEAD_END) + HEAD_END.length));
  }

  #readHead(): void {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [bytes];
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const length = LENGTH.exec(bytes.toString("latin1", 0, end))?.[1];
    // Without a length it would not be known where the answer ends.
    if (length === undefined) this.#socket?.destroy();
    else this.#need = end + HEAD_END.length + Number(length);
  }
}
