import type { Batch } from "./batch.ts";
import type { Fleet } from "./fleet.ts";
import type { FlowSettings } from "./settings.ts";

/** What happened to positions, for the metrics. */
export interface Tally {
  live: number;
  late: number;
  outliers: number;
  duplicates: number;
  events: number;
}

/** Everything a step may read or change. */
export interface Workbench {
  readonly fleet: Fleet;
  readonly batch: Batch;
  readonly settings: FlowSettings;
  readonly tally: Tally;
}
