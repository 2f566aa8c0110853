import { setTimeout as sleep } from "node:timers/promises";
import { askServer } from "./ask-server.ts";
import { progressOn } from "./progress.ts";
import type { Remote, Surroundings } from "./surroundings.ts";

/** What is to be judged again. */
export interface RecomputeOrder extends Remote {
  readonly fence: string;
  readonly hours: number;
  /** In place of a real wait, for tests. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** The part of the server's answer that is shown. */
interface Job {
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly devices: number;
  readonly done: number;
  readonly fixes: number;
  readonly raised: number;
  readonly withdrawn: number;
  readonly detail?: string;
}

const LOOK_MS = 250;

/**
 * `whereabouts recompute`: has a running server judge the last hours again with a fence of today, and shows how far it
 * is. Ctrl-C ends the watching, not the work. Answers 0 when it is done, 1 when it failed or somebody stopped it.
 */
export async function recompute(order: RecomputeOrder, around: Surroundings): Promise<number> {
  const { fence, hours, wait = sleep } = order;
  const path = `/api/fences/${encodeURIComponent(fence)}/recompute`;
  let job = (await askServer(order, { method: "POST", path, body: JSON.stringify({ hours }) })) as Job;
  const progress = progressOn(around.stderr, job.devices, () => performance.now());
  while (job.state === "running") {
    progress.show(job.done, `devices, ${job.fixes} fixes`);
    await wait(LOOK_MS);
    job = (await askServer(order, { method: "GET", path })) as Job;
  }
  progress.end();
  const { state, done, devices, fixes, raised, withdrawn, detail } = job;
  if (state !== "done") {
    const why = detail === undefined ? "" : `: ${detail}`;
    around.stderr.write(`whereabouts: ${state} after ${done} of ${devices} devices${why}\n`);
    return 1;
  }
  around.stdout.write(
    `judged ${fixes} fixes of ${devices} devices again: ${raised} events raised, ${withdrawn} withdrawn\n`,
  );
  return 0;
}
