import { FrameReader, type View } from "#wire";
import type { Message } from "../message.ts";

/** Where a client shows a device. */
export interface Spot {
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
  readonly speed?: number | undefined;
  readonly course?: number | undefined;
}

/** What one message of `positions` said. */
export interface Frame {
  readonly positions: readonly string[];
  readonly gone: readonly string[];
  readonly cursor: string | undefined;
  readonly ofSnapshot: boolean;
  /** All is told now; after a snapshot in parts, what changed meanwhile is still to come. */
  readonly isWhole: boolean;
}

/** The map of a client: applies frames as docs/protocol.md says, binary ones and JSON. */
export class Picture {
  readonly shown: Map<string, Spot> = new Map();
  readonly reader: FrameReader = new FrameReader();
  /** Devices that the last snapshot, or the last binary frame, left out. */
  cut = 0;
  #more = false;

  /** Binary frames have whole cells; the client shows those that are in its view. */
  look(view: View): void {
    this.reader.look(view);
  }

  apply(message: Message): Frame {
    const read = message.frame ? this.reader.read(message.frame) : fromJson(message.body);
    const { snapshot = false, more = false, cut, positions, gone, cursor } = read;
    if (snapshot) this.shown.clear();
    if (snapshot || message.frame) this.cut = cut ?? 0;
    for (const { device, ...spot } of positions) this.shown.set(device, spot);
    for (const device of gone) this.shown.delete(device);
    const ofSnapshot = snapshot || this.#more;
    const isWhole = !more && (snapshot || !this.#more);
    this.#more = more;
    return { positions: positions.map(({ device }) => device), gone, cursor, ofSnapshot, isWhole };
  }
}

interface JsonFrame {
  readonly cursor?: string;
  readonly positions: readonly (Spot & { readonly device: string })[];
  readonly gone: readonly string[];
  readonly snapshot?: boolean;
  readonly more?: boolean;
  readonly cut?: number;
}

function fromJson(text: string): JsonFrame {
  const body = JSON.parse(text);
  const positions = body.positions.map((one: Spot) => ({ ...one, time: Date.parse(String(one.time)) }));
  return { ...body, positions };
}
