import { connect, type Socket } from "node:net";

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
