/** What the server says on a live stream; the same names on every transport. */
export type MessageName = "positions" | "event" | "reset" | "fence" | "device" | "problem" | "end";

/**
 * One thing to say. Its text is made once for each kind of transport and shared by all viewers that get it.
 * `cursor` is inside the body as well; SSE repeats it as `id:`.
 */
export class Message {
  readonly name: MessageName;
  readonly cursor: string | undefined;
  readonly body: string;
  #bytes: number | undefined;
  #sse: string | undefined;
  #packet: string | undefined;

  /** `body` is JSON; it has no line breaks, so it fits on one `data:` line. */
  constructor(name: MessageName, cursor: string | undefined, body: string) {
    this.name = name;
    this.cursor = cursor;
    this.body = body;
  }

  /** Size of the body in UTF-8. */
  get bytes(): number {
    this.#bytes ??= Buffer.byteLength(this.body);
    return this.#bytes;
  }

  /** A block of an event stream (WHATWG HTML, "Server-sent events"). */
  get sse(): string {
    const id = this.cursor === undefined ? "" : `id: ${this.cursor}\n`;
    this.#sse ??= `event: ${this.name}\n${id}data: ${this.body}\n\n`;
    return this.#sse;
  }

  /** An EVENT packet of the namespace `/` (Socket.IO protocol, revision 5): type 2, then name and body. */
  get packet(): string {
    this.#packet ??= `2["${this.name}",${this.body}]`;
    return this.#packet;
  }
}
