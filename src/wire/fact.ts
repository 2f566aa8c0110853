import type { Degrees, EpochMs } from "#geo";
import type { EventType } from "./event.ts";
import type { DeviceId, FenceId } from "./ids.ts";

/** A place at a device time. */
export interface Mark {
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
}

/** What an engine can find; `withdrawn` and `revised` are about events that exist already. */
export type FactType = Exclude<EventType, "withdrawn" | "revised">;

/** Which fact it is, as far as the engine that found it knows. What called the engine adds the rest of the event. */
interface FactIdentity {
  readonly type: FactType;
  /** Device time of the event: interpolated between two fixes, or a deadline. */
  readonly time: EpochMs;
  /** As of an event: the first fix that shows it, or the one that started the timer. */
  readonly fix: EpochMs;
  readonly fence?: FenceId;
  readonly fenceVersion?: number;
  /** Both devices of a pair, `device` first by code points; absent when only the device at hand is concerned. */
  readonly device?: DeviceId;
  readonly other?: DeviceId;
}

/** It happened, there. */
export interface Raise extends FactIdentity {
  readonly kind: "raise";
  readonly lon: Degrees;
  readonly lat: Degrees;
}

/** It did not happen after all: takes back the raise that agrees in everything that both have. */
export interface Withdraw extends FactIdentity {
  readonly kind: "withdraw";
}

/** What an engine has found, before it becomes an event. */
export type Fact = Raise | Withdraw;

/** What a state machine answers: the state from now on, and what it found, in order of time. */
export interface Judged<State> {
  readonly state: State;
  readonly facts: readonly Fact[];
}
