import type { EpochMs } from "#geo";
import type { TrackState } from "#track";
import type { Fix } from "#wire";
import type { Device } from "./device.ts";
import type { Finding } from "./finding.ts";
import type { Workspace } from "./fleet.ts";

/** What the watches of a workspace know of one device; plain JSON. */
export type Watched = Readonly<Record<string, never>>;

/** Something that has become true, or something raised by a timer that a fix disproves. */
export interface Fact {
  readonly kind: "raise" | "withdraw";
  readonly finding: Finding;
}

/** A fix that is newer than all before, and what came of it. */
export interface Step {
  readonly fix: Fix;
  readonly before: TrackState | undefined;
  readonly after: TrackState;
  readonly crossings: readonly Finding[];
}

/** A step further. */
export interface Stepped {
  readonly watched: Watched | undefined;
  readonly facts: readonly Fact[];
}

/** Whose watches. */
export type Who = Pick<Device, "id" | "groups">;

const nothing: readonly Fact[] = [];

/** What a fix means to the watches. */
export function watchStep(
  _workspace: Workspace,
  _who: Who,
  watched: Watched | undefined,
  _step: Step,
): Stepped {
  return { watched, facts: nothing };
}

/** What the device's time having come to `now` means to them. */
export function watchTime(
  _workspace: Workspace,
  _who: Who,
  watched: Watched | undefined,
  _now: EpochMs,
): Stepped {
  return { watched, facts: nothing };
}

/** The next device time at which a timer is due. */
export function nextDue(_watched: Watched | undefined): EpochMs | undefined {
  return undefined;
}
