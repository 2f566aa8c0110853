import type { LoggedEntry } from "#ports";
import type { Batch } from "./batch.ts";
import type { Fleet } from "./fleet.ts";
import type { FlowSettings } from "./settings.ts";
import { deleteDevice, deleteFence, putFence } from "./judge-edits.ts";
import { judgePositions } from "./judge-positions.ts";

/** What happened to positions, for the metrics. */
export interface Tally {
  live: number;
  late: number;
  outliers: number;
  duplicates: number;
  events: number;
}

/** Everything a step may read or change. */
export interface Bench {
  readonly fleet: Fleet;
  readonly batch: Batch;
  readonly settings: FlowSettings;
  readonly tally: Tally;
}

/** Judges one entry of the log and leaves what follows in the batch. No clock, no I/O: replaying gives the same. */
export function judgeEntry(bench: Bench, logged: LoggedEntry): void {
  const { entry } = logged;
  switch (entry.kind) {
    case "positions":
      judgePositions(bench, entry);
      break;
    case "fence-put":
      putFence(bench, entry);
      break;
    case "fence-delete":
      deleteFence(bench, entry);
      break;
    case "device-delete":
      deleteDevice(bench, entry);
      break;
  }
  bench.batch.judged(logged);
}
