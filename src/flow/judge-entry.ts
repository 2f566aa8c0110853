import type { LoggedEntry } from "#ports";
import { deleteDevice, deleteFence, putFence } from "./judge-edits.ts";
import { define, setGroups, undefine } from "./judge-definitions.ts";
import { judgeAmendment } from "./judge-amendment.ts";
import { judgePositions } from "./judge-positions.ts";
import { judgeTick } from "./judge-tick.ts";
import type { Workbench } from "./workbench.ts";

/** Judges one entry of the log and leaves what follows in the batch. No clock, no I/O: replaying gives the same. */
export function judgeEntry(bench: Workbench, logged: LoggedEntry): void {
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
    case "device-groups":
      setGroups(bench, entry);
      break;
    case "define":
      define(bench, entry);
      break;
    case "undefine":
      undefine(bench, entry);
      break;
    case "tick":
      judgeTick(bench, entry);
      break;
    case "amend":
      judgeAmendment(bench, entry);
      break;
  }
  bench.batch.judged(logged);
}
