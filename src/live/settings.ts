import type { Milliseconds } from "#geo";

/** Bounds of the live room. Each has a stated policy at the bound, see `docs/spec/live.md`. */
export interface LiveSettings {
  /** Least time between two position frames of one viewer. */
  readonly frameEvery: Milliseconds;
  /** Bytes of positions in a second that one viewer gets; past that its frames come less often. */
  readonly maxBytesPerSecond: number;
  /** Open streams; more are refused with `overloaded`. */
  readonly maxViewers: number;
  /** Those among them who come with a share link. */
  readonly maxGuests: number;
  /** Devices in one snapshot; the frame says how many were left out. */
  readonly maxSnapshot: number;
  /** Devices that a channel of binary frames sends; more are only counted. */
  readonly maxChannel: number;
  /** Positions in one frame; a larger snapshot comes in several. */
  readonly frameSize: number;
  /** Changed devices waiting for one viewer; at the bound they become one new snapshot. */
  readonly maxChanges: number;
  /** Missed events that are replayed on resuming; more give `reset`. */
  readonly maxReplay: number;
  /** Events waiting for one slow viewer; at the bound it gets `reset` and is sent away. */
  readonly maxQueue: number;
  /** Bytes handed to the network and not taken yet, above which events wait in the queue. */
  readonly maxInFlight: number;
  /** Bytes of one message from a client. */
  readonly maxMessage: number;
  /** Messages a client may send in a burst, and per second after that. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** Comment on an otherwise silent SSE stream, ping on Socket.IO. */
  readonly pingEvery: Milliseconds;
  /** A client that takes nothing for so long is cut off. */
  readonly stalledAfter: Milliseconds;
  /** How long an ending stream may take to deliver its last words. */
  readonly lastWords: Milliseconds;
  /** How long the positions of a workspace are kept current with nobody watching. */
  readonly keepUnwatched: Milliseconds;
  /** Further origins (`https://host`) that a browser may come from with a cookie; the server's own always may. */
  readonly origins: readonly string[];
}

/** What holds unless the caller says otherwise. */
export const DEFAULTS: LiveSettings = {
  frameEvery: 100,
  maxBytesPerSecond: 524_288,
  maxViewers: 20_000,
  maxGuests: 10_000,
  maxSnapshot: 50_000,
  maxChannel: 1_000,
  frameSize: 2_000,
  maxChanges: 20_000,
  maxReplay: 10_000,
  maxQueue: 10_000,
  maxInFlight: 65_536,
  maxMessage: 16_384,
  messageBurst: 30,
  messagesPerSecond: 10,
  pingEvery: 15_000,
  stalledAfter: 60_000,
  lastWords: 1_000,
  keepUnwatched: 60_000,
  origins: [],
};
