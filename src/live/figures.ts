/** Why a client was told to reload. */
export type ResetReason =
  | "unknown_cursor"
  | "other_feed"
  | "cursor_ahead"
  | "too_many_missed"
  | "forgotten"
  | "too_slow"
  | "unavailable";

/** Counters since the start; `Live.figures` answers a copy. */
export interface Tally {
  /** Frames of changes; snapshots are counted apart. */
  frames: number;
  /** Positions and `gone` marks sent. */
  updates: number;
  snapshots: number;
  /** Changes that were replaced by a newer one of the same device before they were sent. */
  conflated: number;
  /** Events handed to clients, replayed ones included. */
  events: number;
  replayed: number;
  /** Bytes of message bodies, without what the transport adds. */
  bytes: number;
  /** Clients refused because the server holds no more. */
  refused: number;
  resets: Record<ResetReason, number>;
}

/** All at zero. */
export function newTally(): Tally {
  const resets = {
    unknown_cursor: 0,
    other_feed: 0,
    cursor_ahead: 0,
    too_many_missed: 0,
    forgotten: 0,
    too_slow: 0,
    unavailable: 0,
  };
  const counts = {
    frames: 0,
    updates: 0,
    snapshots: 0,
    conflated: 0,
    events: 0,
    replayed: 0,
    bytes: 0,
    refused: 0,
  };
  return { ...counts, resets };
}

/** What `/metrics` shows of the live room. */
export interface LiveFigures extends Readonly<Tally> {
  /** Open streams by transport: `websocket`, `polling`, `sse`. */
  readonly viewers: Readonly<Record<string, number>>;
  /** Events that wait for slow viewers, now. */
  readonly eventsQueued: number;
  /** Devices whose positions are kept current for viewers. */
  readonly devices: number;
}
