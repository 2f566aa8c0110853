import type { Log } from "#ports";
import type { Fleet } from "./fleet.ts";
import type { Runner } from "./runner.ts";

/** Counters and gauges for the metrics; counters start with the process. */
export interface FlowFigures {
  readonly liveFixes: number;
  readonly lateFixes: number;
  /** Of those, the ones that came too late to change what was found. */
  readonly tooLateFixes: number;
  readonly outlierFixes: number;
  readonly duplicateFixes: number;
  readonly events: number;
  readonly commits: number;
  readonly backlog: number;
  readonly uncommitted: number;
  readonly committedOffset: number;
  readonly loggedOffset: number;
  readonly devices: number;
  readonly fences: number;
  /** 1 when an entry could not be judged and the flow stopped. */
  readonly failed: 0 | 1;
}

/** The figures of this moment. */
export function figuresOf(runner: Runner, log: Log, fleet: Fleet): FlowFigures {
  const { live, late, tooLate, outliers, duplicates, events } = runner.tally;
  return {
    liveFixes: live,
    lateFixes: late,
    tooLateFixes: tooLate,
    outlierFixes: outliers,
    duplicateFixes: duplicates,
    events,
    commits: runner.commits,
    backlog: log.backlog,
    uncommitted: runner.uncommitted,
    committedOffset: runner.committed,
    loggedOffset: log.end,
    ...fleet.counts,
    failed: runner.failure === undefined ? 0 : 1,
  };
}
