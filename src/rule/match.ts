import type { EpochMs } from "#geo";
import {
  EVENT_TYPES,
  type DeviceId,
  type Event,
  type EventType,
  type FenceId,
  type Rule,
  type RuleId,
  type TargetId,
  type WorkspaceId,
} from "#wire";
import { compileRule, type CompiledRule } from "./compile.ts";
import type { RuleContext } from "./facts.ts";
import { isAlertable, judge, Subject, type LastAlert } from "./judge.ts";

/** One target that is to be told of an event. */
export interface MatchedTarget {
  readonly target: TargetId;
  /** Rules that matched and name it, in the order of their ids. */
  readonly rules: readonly RuleId[];
  /** What the first of them with a text says. */
  readonly text?: string;
}

/** A cool-down that has begun, or begun anew. */
export interface StartedCooldown {
  readonly workspace: WorkspaceId;
  readonly rule: RuleId;
  readonly device: DeviceId;
  readonly fence?: FenceId;
  /** Device time of the event. */
  readonly time: EpochMs;
}

/** What the rules of a workspace say of one event. */
export interface Match {
  /** Each target once. */
  readonly alerts: readonly MatchedTarget[];
  /** To be remembered, and answered by the `LastAlert` of later events. */
  readonly cooldowns: readonly StartedCooldown[];
  /** Rules that would match but for their cool-down. */
  readonly cooled: readonly RuleId[];
  /** Rules whose condition gave no answer. */
  readonly failed: readonly RuleId[];
}

/** The rules of one workspace. */
export interface Rules {
  /** Adds a rule, or replaces the one with its id. */
  put(rule: Rule): void;
  /** Forgets a rule; nothing happens when it is not there. */
  delete(id: RuleId): void;
  /** Whom an event concerns. Of an event that no rule asks for nothing is looked at but its type. */
  match(event: Event, context: RuleContext, lastAlert: LastAlert): Match;
}

const NOTHING: Match = { alerts: [], cooldowns: [], cooled: [], failed: [] };

interface Gathering {
  readonly rules: RuleId[];
  text?: string;
}

/** What the matches of one event, in the order of their rules, are to each target. */
const gather = (matched: readonly CompiledRule[], subject: Subject): readonly MatchedTarget[] => {
  const targets = new Map<TargetId, Gathering>();
  for (const { rule, template } of matched) {
    let text: string | undefined;
    for (const target of rule.targets) {
      const known = targets.get(target);
      const gathering: Gathering = known ?? { rules: [] };
      if (known === undefined) targets.set(target, gathering);
      gathering.rules.push(rule.id);
      if (gathering.text !== undefined || template === undefined) continue;
      text ??= template.render(subject.facts);
      gathering.text = text;
    }
  }
  return Array.from(targets, ([target, { rules, text }]) => ({
    target,
    rules,
    ...(text !== undefined && { text }),
  }));
};

/** Of a late event the newer time stays: what comes next is more likely to be near it. */
const startCooldowns = (
  matched: readonly CompiledRule[],
  { workspace, device, fence, time }: Event,
  lastAlert: LastAlert,
): readonly StartedCooldown[] =>
  matched.flatMap(({ rule }) => {
    if (rule.cooldownSeconds === undefined || rule.cooldownSeconds === 0) return [];
    if ((lastAlert(rule.id, device, fence) ?? Number.NEGATIVE_INFINITY) >= time) return [];
    return [{ workspace, rule: rule.id, device, ...(fence !== undefined && { fence }), time }];
  });

const matchAll = (candidates: readonly CompiledRule[], subject: Subject, lastAlert: LastAlert): Match => {
  const matched: CompiledRule[] = [];
  const cooled: RuleId[] = [];
  const failed: RuleId[] = [];
  for (const compiled of candidates) {
    const verdict = judge(compiled, subject, lastAlert);
    if (verdict === "matched") matched.push(compiled);
    else if (verdict === "cooldown") cooled.push(compiled.rule.id);
    else if (verdict === "failed") failed.push(compiled.rule.id);
  }
  if (matched.length + cooled.length + failed.length === 0) return NOTHING;
  return {
    alerts: gather(matched, subject),
    cooldowns: startCooldowns(matched, subject.event, lastAlert),
    cooled,
    failed,
  };
};

/** Puts a rule where its id belongs; most come in the order of their ids. */
const insert = (list: CompiledRule[], compiled: CompiledRule): void => {
  const before = list.findLastIndex(({ rule }) => rule.id < compiled.rule.id);
  list.splice(before + 1, 0, compiled);
};

/**
 * Makes an index of rules, empty. Rules are compiled when they are put, and found by the type of the event; disabled
 * ones are not looked at.
 */
export const createRules = (): Rules => {
  const rules = new Map<RuleId, CompiledRule>();
  /** Enabled rules that ask for a type, ascending by id. */
  const byType = Object.fromEntries(EVENT_TYPES.map((type) => [type, []])) as unknown as Readonly<
    Record<EventType, CompiledRule[]>
  >;

  const remove = (id: RuleId): void => {
    const known = rules.get(id);
    if (known === undefined) return;
    rules.delete(id);
    for (const list of Object.values(byType)) {
      const at = list.indexOf(known);
      if (at >= 0) list.splice(at, 1);
    }
  };

  return {
    put: (rule) => {
      remove(rule.id);
      const compiled = compileRule(rule);
      rules.set(rule.id, compiled);
      if (!rule.enabled) return;
      for (const type of new Set(rule.events)) insert(byType[type], compiled);
    },
    delete: remove,
    match: (event, context, lastAlert) => {
      const candidates = byType[event.type];
      if (candidates.length === 0) return NOTHING;
      if (!isAlertable(event) || event.withdrawnAt !== undefined) return NOTHING;
      return matchAll(candidates, new Subject(event, context), lastAlert);
    },
  };
};
