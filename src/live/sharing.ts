import type { Clock, Fences, History, Latest } from "#ports";
import type { DeviceId, WorkspaceId } from "#wire";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";

/** What the streams of share links read. */
export interface SharingPorts {
  readonly latest: Latest;
  readonly history: History;
  readonly fences: Fences;
  /** What people call a device now. */
  readonly nameOf: (workspace: WorkspaceId, device: DeviceId) => string | undefined;
  readonly clock: Clock;
  readonly logger: LiveLogger | undefined;
}

/** A device as a link names it. */
export interface SharedName {
  /** What it is called in the stream. */
  readonly device: string;
  readonly name: string;
}

/** A device without a name is not called by its id, which may be the number of a phone. */
export const sharedName = (alias: string, name: string | undefined): SharedName => ({
  device: alias,
  name: name || `Device ${alias.slice(0, 4)}`,
});

/** `names` `{"names":[{"device","name"}]}`. */
export const namesMessage = (names: readonly SharedName[]): Message =>
  new Message("names", undefined, JSON.stringify({ names }));
