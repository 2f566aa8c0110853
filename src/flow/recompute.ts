import type { EpochMs } from "#geo";
import type { Clock, Events, History, Log, Recompute, RecomputeJob } from "#ports";
import type { TrackConfig } from "#track";
import { type DeviceId, type Fence, type FenceId, Problem, type WorkspaceId } from "#wire";
import type { Fleet } from "./fleet.ts";
import { recomputeDevice } from "./recompute-device.ts";

/** What judging the past again works with. */
export interface RecomputerParts {
  readonly log: Log;
  readonly history: History;
  readonly events: Events;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly config: TrackConfig;
  /** Resolves when everything up to an offset is committed. */
  readonly reached: (offset: number) => Promise<void>;
  readonly mustBeOpen: (workspace: WorkspaceId) => void;
}

/** Jobs that run at once; and jobs whose figures are kept. */
const RUNNING = 4;
const KEPT = 1_000;

type Running = { -readonly [Key in keyof RecomputeJob]: RecomputeJob[Key] };

/**
 * Judges the past again with a fence of today, device after device. What changes is an entry of the log for each
 * device, so that a restart in the midst leaves some devices done and others not; another run finishes it, and finds
 * nothing to change where it was done.
 */
export class Recomputer implements Recompute {
  readonly #parts: RecomputerParts;
  readonly #jobs: Map<string, Running> = new Map();
  readonly #work: Set<Promise<void>> = new Set();
  #closed = false;

  constructor(parts: RecomputerParts) {
    this.#parts = parts;
  }

  start(workspace: WorkspaceId, id: FenceId, from: EpochMs): RecomputeJob {
    const { fleet, clock, mustBeOpen } = this.#parts;
    mustBeOpen(workspace);
    const fence = fleet.workspace(workspace).fences.get(id);
    if (fence === undefined) throw new Problem("unknown_fence", `there is no fence ${JSON.stringify(id)}`);
    if (this.job(workspace, id)?.state === "running") {
      throw new Problem("conflict", `the fence ${JSON.stringify(id)} is being recomputed already`);
    }
    if (this.#work.size >= RUNNING) {
      throw new Problem(
        "overloaded",
        `${this.#work.size} fences are being recomputed, at most ${RUNNING} may be`,
      );
    }
    const devices = [...fleet.workspace(workspace).devices.keys()].sort();
    const job: Running = {
      fence: id,
      fenceVersion: fence.version,
      from,
      startedAt: clock.now(),
      state: "running",
      devices: devices.length,
      done: 0,
      fixes: 0,
      raised: 0,
      withdrawn: 0,
    };
    this.#keep(keyOf(workspace, id), job);
    const work = this.#run(job, fence, devices).finally(() => this.#work.delete(work));
    this.#work.add(work);
    return { ...job };
  }

  job(workspace: WorkspaceId, fence: FenceId): RecomputeJob | undefined {
    const job = this.#jobs.get(keyOf(workspace, fence));
    return job && { ...job };
  }

  stop(workspace: WorkspaceId, fence: FenceId): boolean {
    const job = this.#jobs.get(keyOf(workspace, fence));
    if (job?.state !== "running") return false;
    job.state = "stopped";
    return true;
  }

  /** Ends what is running after the device it is at. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#work);
  }

  #keep(key: string, job: Running): void {
    this.#jobs.delete(key);
    this.#jobs.set(key, job);
    for (const [oldest, { state }] of this.#jobs) {
      if (this.#jobs.size <= KEPT) break;
      if (state !== "running") this.#jobs.delete(oldest);
    }
  }

  async #run(job: Running, fence: Fence, devices: readonly DeviceId[]): Promise<void> {
    try {
      for (const device of devices) {
        if (!this.#goesOn(job, fence)) break;
        await this.#device(job, fence, device);
        job.done++;
      }
      if (job.state === "running") job.state = this.#closed ? "stopped" : "done";
    } catch (error) {
      job.state = "failed";
      job.detail = error instanceof Error ? error.message : String(error);
    }
  }

  /** A newer version of the fence would be judged with the older one. */
  #goesOn(job: Running, { workspace, id, version }: Fence): boolean {
    if (this.#parts.fleet.workspace(workspace).fences.get(id)?.version !== version) {
      throw new Problem("conflict", "the fence was edited meanwhile");
    }
    return job.state === "running" && !this.#closed;
  }

  async #device(job: Running, fence: Fence, device: DeviceId): Promise<void> {
    const { log, clock, history, events, config, reached, mustBeOpen } = this.#parts;
    const goesOn = (): boolean => job.state === "running" && !this.#closed;
    const changes = await recomputeDevice(device, { history, events, config, fence, from: job.from, goesOn });
    if (changes === undefined) return;
    job.fixes += changes.fixes;
    if (changes.events.length === 0) return;
    const { workspace } = fence;
    mustBeOpen(workspace);
    await reached(
      await log.append({ kind: "amend", workspace, at: clock.now(), device, events: changes.events }),
    );
    const withdrawn = changes.events.filter(({ type }) => type === "withdrawn").length;
    job.withdrawn += withdrawn;
    job.raised += changes.events.length - withdrawn;
  }
}

const keyOf = (workspace: WorkspaceId, fence: FenceId): string => JSON.stringify([workspace, fence]);
