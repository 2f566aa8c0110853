import type { Bus, Clock, Editor, History, Intake, Latest, Log, Results } from "#ports";
import { Problem, type DeviceId, type WorkspaceId } from "#wire";
import { Admission } from "./admit.ts";
import { LoggedEditor } from "./edit.ts";
import { Fleet } from "./fleet.ts";
import { CommittedLatest } from "./latest.ts";
import type { FlowLogger } from "./logger.ts";
import { Runner } from "./runner.ts";
import { flowDefaults, type FlowSettings } from "./settings.ts";
import { statusOf } from "./device.ts";
import { Truncation } from "./truncation.ts";

/** What the flow needs of the outside. */
export interface FlowOptions {
  readonly log: Log;
  readonly results: Results;
  readonly history: History;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger?: FlowLogger;
  readonly settings?: Partial<FlowSettings>;
}

/** Counters and gauges for the metrics; counters start with the process. */
export interface FlowFigures {
  readonly liveFixes: number;
  readonly lateFixes: number;
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

/** The flow of one process: the way in, edits, and the live state. */
export interface Flow {
  readonly intake: Intake;
  readonly editor: Editor;
  readonly latest: Latest;
  figures(): FlowFigures;
  /** Takes nothing new, commits all that is in the log, and lets the log forget it. Idempotent. */
  close(): Promise<void>;
}

/**
 * Restores what the store knows, judges what the log holds beyond that, and only then answers.
 *
 * @throws Error when the store or the log cannot be read, or an entry of the log cannot be judged
 */
export async function createFlow(options: FlowOptions): Promise<Flow> {
  const { log, results, history, bus, clock, logger } = options;
  const settings: FlowSettings = { ...flowDefaults, ...options.settings };
  const fleet = new Fleet();
  const latest = new CommittedLatest();
  const restored = await results.restore();
  let closing: Promise<void> | undefined;
  const runner: Runner = new Runner(
    {
      fleet,
      latest,
      results,
      bus,
      clock,
      settings,
      logger,
      onCommit: (commit) => admission.committed(commit),
    },
    restored.offset,
  );
  const mustBeOpen = (): void => {
    if (closing !== undefined) throw new Problem("shutting_down", "the server is stopping");
    if (runner.failure !== undefined) throw new Problem("internal", runner.failure.message);
  };
  const admission = new Admission({
    log,
    history,
    clock,
    entryPositions: settings.entryPositions,
    mustBeOpen,
  });
  latest.reached(restored.seq);
  for (const fence of restored.fences) {
    const workspace = fleet.workspace(fence.workspace);
    workspace.fences.set(fence.id, fence);
    workspace.engine.put(fence);
  }
  for (const record of restored.devices) {
    const device = fleet.restore(record);
    admission.times.restore(device.workspace, device.id, device.track?.newest);
    latest.put(statusOf(device));
  }
  const isRegistered = (workspace: WorkspaceId, device: DeviceId): boolean =>
    admission.times.get(workspace, device) !== undefined;
  const unsubscribe = bus.subscribe((news) => {
    if (news.kind !== "device-described" || isRegistered(news.workspace, news.device)) return;
    admission.times.restore(news.workspace, news.device, undefined);
  });

  const consumed = log.consume(restored.offset, (batch) => runner.take(batch));
  const consumerFailed = consumed.then(() => new Promise<never>(() => {}));
  consumerFailed.catch((error: unknown) => logger?.error({ err: error }, "the log is no longer read"));
  await Promise.race([runner.reached(log.end), consumerFailed]);

  const committed = (): number => runner.committed;
  const truncation = new Truncation({
    log,
    results,
    clock,
    every: settings.truncateEvery,
    committed,
    logger,
  });
  const close = async (): Promise<void> => {
    await log.barrier().catch(() => undefined);
    await Promise.race([runner.reached(log.end), consumerFailed]).catch(() => undefined);
    await truncation.stop();
    runner.stop();
    unsubscribe();
  };
  return {
    intake: admission,
    editor: new LoggedEditor({ log, clock, fleet, runner, mustBeOpen, isRegistered }),
    latest,
    figures: () => figuresOf(runner, log, fleet),
    close: () => (closing ??= close()),
  };
}

function figuresOf(runner: Runner, log: Log, fleet: Fleet): FlowFigures {
  const { live, late, outliers, duplicates, events } = runner.tally;
  return {
    liveFixes: live,
    lateFixes: late,
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
