import type { EpochMs } from "#geo";
import type { DeviceId, Event, FenceId, Rule, RuleId } from "#wire";
import { compileRule } from "./compile.ts";
import type { RuleContext } from "./facts.ts";
import { judge, Subject, type LastAlert } from "./judge.ts";

/** An event of the past with what belongs to it. */
export interface PastEvent {
  readonly event: Event;
  readonly context: RuleContext;
}

/** What a rule would have said. */
export interface DryRun {
  /** Events that would alert, times the targets they would go to; a rule without targets counts as one with one. */
  readonly alerts: number;
  /** Devices that they are about. */
  readonly devices: number;
  /** The events that would alert, in their order; the first `limit` of them. */
  readonly events: readonly Event[];
  /** Events that would alert but for the cool-down. */
  readonly cooled: number;
  /** Events of which the condition gave no answer. */
  readonly failed: number;
  /** The first reason why it gave none. */
  readonly error?: string;
  /** Events that would alert, had they not been withdrawn since. */
  readonly withdrawn: number;
  /** Of the events that alert here, those that were imported: live they would not, but past data is what dry runs are for. */
  readonly imported: number;
}

/** Events that a dry run keeps. */
export const DRY_RUN_EVENTS = 10_000;

/** The newest alert of each device and fence, of one rule. */
const createMemory = (): { last: LastAlert; start(event: Event): void } => {
  const times = new Map<string, EpochMs>();
  const keyOf = (device: DeviceId, fence: FenceId | undefined): string => JSON.stringify([device, fence]);
  return {
    last: (_: RuleId, device, fence) => times.get(keyOf(device, fence)),
    start: ({ device, fence, time }) => {
      const key = keyOf(device, fence);
      times.set(key, Math.max(time, times.get(key) ?? time));
    },
  };
};

/** A dry run under way. */
export interface DryRunner {
  /** The next event, in the order of the feed. */
  add(event: Event, context: RuleContext): void;
  /** What it came to so far. */
  result(): DryRun;
}

/**
 * Begins a dry run with no cool-down under way. A disabled rule is run as if it were enabled. Events that were
 * withdrawn since are left out and counted; imported ones count as if they had come live.
 */
export const createDryRun = (rule: Rule, limit: number = DRY_RUN_EVENTS): DryRunner => {
  const compiled = compileRule({ ...rule, enabled: true });
  const memory = createMemory();
  const devices = new Set<DeviceId>();
  const events: Event[] = [];
  const counts = { matched: 0, cooled: 0, failed: 0, withdrawn: 0, imported: 0 };
  let error: string | undefined;

  const take = (event: Event): void => {
    counts.matched += 1;
    devices.add(event.device);
    if (events.length < limit) events.push(event);
    memory.start(event);
  };

  const fail = (subject: Subject): void => {
    counts.failed += 1;
    const holds = compiled.condition?.holds(subject.facts);
    if (typeof holds === "object") error ??= holds.error;
  };

  return {
    add: (event, context) => {
      const { imported, ...asLive } = event;
      const subject = new Subject(asLive, context);
      const verdict = judge(compiled, subject, memory.last);
      if (verdict === "failed") fail(subject);
      else if (verdict === "cooldown") counts.cooled += 1;
      else if (verdict !== "matched") return;
      else if (event.withdrawnAt !== undefined) counts.withdrawn += 1;
      else {
        if (imported === true) counts.imported += 1;
        take(event);
      }
    },
    result: () => {
      const { matched, ...others } = counts;
      const alerts = matched * Math.max(1, new Set(rule.targets).size);
      return { alerts, devices: devices.size, events, ...others, ...(error !== undefined && { error }) };
    },
  };
};

/** What a rule would have said of events in the order of the feed; see `createDryRun`. */
export const dryRun = (rule: Rule, past: Iterable<PastEvent>, limit?: number): DryRun => {
  const run = createDryRun(rule, limit);
  for (const { event, context } of past) run.add(event, context);
  return run.result();
};
