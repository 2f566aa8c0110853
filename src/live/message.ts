import { binaryMessage } from "./ws-frame.ts";

/** What the server says on a live stream; the same names on every transport. */
export type MessageName =
  | "positions"
  | "event"
  | "reset"
  | "fence"
  | "device"
  | "names"
  | "problem"
  | "end"
  | "pong";

/** Stands for the first attachment. */
const PLACEHOLDER = '{"_placeholder":true,"num":0}';

/**
 * One thing to say. Its text is made once for each kind of transport and shared by all viewers that get it.
 * `cursor` is inside the body as well; SSE repeats it as `id:`.
 */
export class Message {
  readonly name: MessageName;
  readonly cursor: string | undefined;
  readonly body: string;
  /** A frame of `positions` in binary, in place of the body. */
  readonly frame: Uint8Array | undefined;
  #bytes: number | undefined;
  #sse: string | undefined;
  #packet: string | undefined;
  #text: string | undefined;
  #binary: Uint8Array | undefined;

  /** `body` is JSON; it has no line breaks, so it fits on one `data:` line. */
  constructor(name: MessageName, cursor: string | undefined, body: string, frame?: Uint8Array) {
    this.name = name;
    this.cursor = cursor;
    this.body = body;
    this.frame = frame;
  }

  /** Size of the body in UTF-8, or of the frame. */
  get bytes(): number {
    this.#bytes ??= this.frame?.length ?? Buffer.byteLength(this.body);
    return this.#bytes;
  }

  /** A block of an event stream (WHATWG HTML, "Server-sent events"). */
  get sse(): string {
    const id = this.cursor === undefined ? "" : `id: ${this.cursor}\n`;
    this.#sse ??= `event: ${this.name}\n${id}data: ${this.body}\n\n`;
    return this.#sse;
  }

  /**
   * An EVENT packet of the namespace `/` (Socket.IO protocol, revision 5): type 2, then name and body. With a frame it is
   * a BINARY_EVENT, type 5 with one attachment, and the frame follows as a packet of its own.
   */
  get packet(): string {
    this.#packet ??= this.frame ? `51-["${this.name}",${PLACEHOLDER}]` : `2["${this.name}",${this.body}]`;
    return this.#packet;
  }

  /** A text message of a plain WebSocket: name and body. */
  get text(): string {
    this.#text ??= `["${this.name}",${this.body}]`;
    return this.#text;
  }

  /** The frame as a binary message of a plain WebSocket, header and all; undefined where there is none. */
  get binary(): Uint8Array | undefined {
    if (this.#binary === undefined && this.frame !== undefined) this.#binary = binaryMessage(this.frame);
    return this.#binary;
  }
}
