import type { DeviceStatus, WorkspaceId } from "#wire";
import { Audiences } from "./audience.ts";
import { Channels } from "./channels.ts";
import { Grouping } from "./grouping.ts";
import { Interest, type Looker } from "./interest.ts";
import type { Outlook } from "./outlook.ts";
import { Places } from "./places.ts";

/** One workspace as its viewers see it: where everything is, and who looks where. */
export class Field<V extends Looker> {
  readonly workspace: WorkspaceId;
  /** What a share link shows is a field of its own: it has no events, and tells nothing of the feed's. */
  readonly share: string | undefined;
  readonly places: Places = new Places();
  readonly grouping: Grouping = new Grouping();
  readonly audiences: Audiences = new Audiences();
  /** Viewers who get positions by themselves, each its own. */
  readonly interest: Interest<V> = new Interest();
  /** Viewers who get positions by channels; the index finds them for events. */
  readonly readers: Interest<V> = new Interest();
  readonly channels: Channels<V>;
  readonly viewers: Set<V> = new Set();
  /** Viewers that want every event of the workspace. */
  readonly listeners: Set<V> = new Set();
  /** Sequence number of the newest event of this workspace that was offered to its viewers. */
  seq: number;
  cancelFarewell: (() => void) | undefined;

  constructor(
    workspace: WorkspaceId,
    devices: Iterable<DeviceStatus>,
    seq: number,
    channels: { readonly most: number; readonly wake: (outlook: Outlook<V>) => void },
    share?: string,
  ) {
    this.workspace = workspace;
    this.share = share;
    this.channels = new Channels(this.places, channels.most, channels.wake);
    this.seq = seq;
    for (const { device, fix, groups } of devices) {
      const set = this.grouping.put(device, groups);
      if (fix) this.places.put(fix, set);
    }
  }
}
