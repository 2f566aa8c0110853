import type { EpochMs } from "#geo";
import { type FrameHead, joinFrame, timeBaseAt } from "#wire";
import type { Channel, Piece } from "./channel.ts";
import { Message } from "./message.ts";

/** Frames kept at most until something changes. */
const MOST_FRAMES = 32;

/** A frame of positions, and how many positions and departures it tells. */
export interface Frame {
  readonly message: Message;
  readonly size: number;
}

/** A part of a snapshot, and where the next one begins. */
export interface Part extends Frame {
  /** Place of the first channel of the next part; the number of channels after the last. */
  readonly next: number;
}

/** The channels of a view. Viewers with equal views share it, and with it the frames that it makes. */
export class Outlook<Viewer> {
  readonly key: string;
  readonly channels: readonly Channel<Outlook<Viewer>>[];
  readonly viewers: Set<Viewer> = new Set();
  /** Version of the field at the last change in one of the channels. */
  newest = 0;
  /** Its viewers know that there is something new. */
  stirred = false;
  /** Made when two look alike. */
  #frames: Map<string, Frame> | undefined;
  #at = -1;
  #base = 0;

  constructor(key: string, channels: readonly Channel<Outlook<Viewer>>[]) {
    this.key = key;
    this.channels = channels;
  }

  /** What changed after `seen`, for viewers that have that cursor already when it is undefined. */
  changes(seen: number, cursor: string | undefined, now: EpochMs): Frame {
    const base = this.#fresh(now);
    return this.#shared(`${seen} ${cursor ?? ""}`, () => {
      const pieces: Piece[] = [];
      for (const channel of this.channels) {
        const piece = channel.block(seen, now);
        if (piece) pieces.push(piece);
      }
      return join({ snapshot: false, more: false, cursor, base }, pieces);
    });
  }

  /** The part of a snapshot that begins with the channel at `from`, of about `size` positions. */
  part(from: number, size: number, cursor: string | undefined, now: EpochMs): Part {
    const base = this.#fresh(now);
    let next = from;
    let positions = 0;
    for (; next < this.channels.length && (next === from || positions < size); next++) {
      positions += this.channels[next]?.size ?? 0;
    }
    const frame = this.#shared(`part ${from} ${cursor ?? ""}`, () => {
      const pieces = this.channels
        .slice(from, next)
        .flatMap((channel) => channel.block(undefined, now) ?? []);
      return join({ snapshot: from === 0, more: next < this.channels.length, cursor, base }, pieces);
    });
    return { ...frame, next };
  }

  /** Frames are shared as long as nothing has changed; answers the time base of now. */
  #fresh(now: EpochMs): number {
    const base = timeBaseAt(now);
    if (this.#at !== this.newest || this.#base !== base) this.#frames?.clear();
    this.#at = this.newest;
    this.#base = base;
    return base;
  }

  #shared(key: string, make: () => Frame): Frame {
    // One that looks alone shares with nobody.
    if (this.viewers.size === 1) return make();
    const frames = (this.#frames ??= new Map());
    let frame = frames.get(key);
    if (frame) return frame;
    if (frames.size >= MOST_FRAMES) frames.clear();
    frames.set(key, (frame = make()));
    return frame;
  }
}

function join(head: FrameHead, pieces: readonly Piece[]): Frame {
  const bytes = joinFrame(
    head,
    pieces.map((piece) => piece.bytes),
  );
  const message = new Message("positions", head.cursor, "", bytes);
  return { message, size: pieces.reduce((sum, { size }) => sum + size, 0) };
}
