import type { Milliseconds } from "#geo";
import type {
  Bus,
  Clock,
  Editor,
  Events,
  Explain,
  History,
  Intake,
  Latest,
  Log,
  Past,
  Recompute,
  Results,
} from "#ports";
import { Problem, type DeviceId, type WorkspaceId } from "#wire";
import { Admission } from "./admit.ts";
import { LoggedEditor } from "./edit.ts";
import { Explainer } from "./explain.ts";
import { figuresOf, type FlowFigures } from "./figures.ts";
import { Fleet } from "./fleet.ts";
import { CommittedLatest } from "./latest.ts";
import type { FlowLogger } from "./logger.ts";
import { Recomputer } from "./recompute.ts";
import { recallPairs } from "./recall-pairs.ts";
import { restore } from "./restore.ts";
import { Runner } from "./runner.ts";
import { flowDefaults, type FlowSettings } from "./settings.ts";
import type { NameOf } from "./workbench.ts";
import { Timekeeper } from "./timekeeper.ts";
import { Trouble } from "./trouble.ts";
import { Truncation } from "./truncation.ts";

/** What the flow needs of the outside. */
export interface FlowOptions {
  readonly log: Log;
  readonly results: Results;
  readonly history: History;
  readonly past: Past;
  readonly events: Events;
  readonly bus: Bus;
  /** Is the workspace being deleted? Then nothing more is taken in for it. */
  readonly isClosed?: (workspace: WorkspaceId) => boolean;
  /** Names of devices for the texts and conditions of rules; without it they have none. */
  readonly nameOf?: NameOf;
  readonly clock: Clock;
  readonly logger?: FlowLogger;
  readonly settings?: Partial<FlowSettings>;
}

/** The flow of one process: the way in, edits, and the live state. */
export interface Flow {
  readonly intake: Intake;
  readonly editor: Editor;
  readonly latest: Latest;
  readonly recompute: Recompute;
  readonly explain: Explain;
  figures(): FlowFigures;
  /** What keeps positions from being taken in or judged, in sentences; empty when all is well. */
  problems(): readonly string[];
  /**
   * Takes nothing new, commits all that is in the log, and lets the log forget it. What a failing store does not
   * take within `closeWithin` stays in the log for the next start. Idempotent.
   */
  close(): Promise<void>;
}

/**
 * Restores what the store knows, judges what the log holds beyond that, and only then answers.
 *
 * @throws Error when the store or the log cannot be read, or an entry of the log cannot be judged
 */
export async function createFlow(options: FlowOptions): Promise<Flow> {
  const { log, results, history, past, events, bus, clock, logger } = options;
  const settings: FlowSettings = { ...flowDefaults, ...options.settings };
  const fleet = new Fleet(settings.horizon);
  const latest = new CommittedLatest();
  let closing: Promise<void> | undefined;
  const mustBeOpen = (workspace?: WorkspaceId): void => {
    if (closing !== undefined) throw new Problem("shutting_down", "the server is stopping");
    if (runner.failure !== undefined) throw new Problem("internal", runner.failure.message);
    if (workspace !== undefined && options.isClosed?.(workspace) === true) {
      throw new Problem("not_found", `there is no workspace ${JSON.stringify(workspace)}`);
    }
  };
  const { entryPositions, editWithin: within } = settings;
  const trouble = new Trouble(clock);
  const admission = new Admission({ log, history, clock, entryPositions, trouble, mustBeOpen });
  const { times } = admission;
  const restored = await results.restore();
  restore(restored, { fleet, latest, times });
  await recallPairs(fleet, past, settings);
  const onCommit = admission.committed.bind(admission);
  const { alarms } = fleet;
  const timekeeper = new Timekeeper({ log, clock, alarms, logger, spacing: settings.tickSpacing });
  const onTimers = (): void => timekeeper.look();
  const runner = new Runner(
    {
      fleet,
      latest,
      results,
      past,
      nameOf: options.nameOf ?? nameless,
      bus,
      clock,
      settings,
      logger,
      trouble,
      onCommit,
      onTimers,
    },
    restored.offset,
  );
  const unsubscribe = bus.subscribe((news) => {
    if (news.kind === "device-described") times.restore(news.workspace, news.device);
  });
  log
    .consume(restored.offset, (batch) => runner.take(batch))
    .catch((cause: unknown) => runner.fail(new Error("the log can no longer be read", { cause })));
  try {
    await runner.reached(log.end);
  } catch (error) {
    unsubscribe();
    timekeeper.stop();
    await runner.stop();
    throw runner.failure ?? error;
  }

  timekeeper.look();
  const truncation = new Truncation({
    log,
    results,
    clock,
    every: settings.truncateEvery,
    committed: () => runner.committed,
    logger,
  });
  const reached = (offset: number): Promise<void> => runner.reached(offset);
  const { track: config } = settings;
  const recompute = new Recomputer({ log, history, events, clock, fleet, config, reached, mustBeOpen });
  const close = async (): Promise<void> => {
    await recompute.close();
    timekeeper.stop();
    await log.barrier().catch(() => undefined);
    await atMost(
      clock,
      settings.closeWithin,
      runner.reached(log.end).catch(() => undefined),
    );
    await runner.stop();
    await truncation.stop();
    unsubscribe();
  };
  const isRegistered = (workspace: WorkspaceId, device: DeviceId): boolean =>
    times.get(workspace, device) !== undefined;
  return {
    intake: admission,
    editor: new LoggedEditor({ log, clock, fleet, runner, mustBeOpen, isRegistered, within }),
    latest,
    recompute,
    explain: new Explainer({ history, events, fleet, config }),
    figures: () => figuresOf(runner, log, fleet),
    problems: () => (runner.failure === undefined ? trouble.list() : [runner.failure.message]),
    close: () => (closing ??= close()),
  };
}

const nameless: NameOf = () => undefined;

/** Waits for `work`, but no longer than `most`. */
async function atMost(clock: Clock, most: Milliseconds, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(most, resolve);
  await Promise.race([work, late]);
  cancel();
}
