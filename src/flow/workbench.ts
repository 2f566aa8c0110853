import type { Offset } from "#ports";
import type { DeviceId, WorkspaceId } from "#wire";
import type { Batch } from "./batch.ts";
import type { Fleet } from "./fleet.ts";
import type { LateStretch } from "./prefetch.ts";
import type { FlowSettings } from "./settings.ts";

/** What happened to positions, for the metrics. */
export interface Tally {
  live: number;
  late: number;
  /** Late fixes beyond the horizon or behind an edit: stored, and nothing more. */
  tooLate: number;
  outliers: number;
  duplicates: number;
  events: number;
}

/** What people call a device; undefined when they have given it no name. */
export type NameOf = (workspace: WorkspaceId, device: DeviceId) => string | undefined;

/** Everything a step may read or change. */
export interface Workbench {
  readonly fleet: Fleet;
  readonly batch: Batch;
  readonly settings: FlowSettings;
  readonly tally: Tally;
  /** What people call a device. */
  readonly nameOf: NameOf;
  /** Place of the entry that is judged. */
  readonly offset: Offset;
  /** What the entry's late fixes have judged again; undefined for an entry without any. */
  readonly stretches: ReadonlyMap<DeviceId, LateStretch> | undefined;
}
