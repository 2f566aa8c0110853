import type { EpochMs } from "#geo";
import type { DeviceId, Event, FenceId, RuleId } from "#wire";
import type { CompiledRule } from "./compile.ts";
import { factsOf, type Facts, type RuleContext } from "./facts.ts";
import { isActive } from "./schedule.ts";

/** The time of the newest event of which a rule has raised an alert about a device and a fence (or none). */
export type LastAlert = (rule: RuleId, device: DeviceId, fence: FenceId | undefined) => EpochMs | undefined;

/** What one rule says of one event: that it matches, or the first reason why it does not. */
export type Verdict =
  | "matched"
  | "disabled"
  | "type"
  | "follow-up"
  | "imported"
  | "edit"
  | "fence"
  | "watch"
  | "device"
  | "schedule"
  | "condition"
  | "failed"
  | "cooldown";

/** An event with what belongs to it; its facts are made when the first condition or text asks. */
export class Subject {
  readonly event: Event;
  readonly context: RuleContext;
  #facts: Facts | undefined;

  constructor(event: Event, context: RuleContext) {
    this.event = event;
    this.context = context;
  }

  get facts(): Facts {
    this.#facts ??= factsOf(this.event, this.context);
    return this.#facts;
  }
}

/** May an event of this kind raise alerts at all? Withdrawals and revisions follow the alerts of their event. */
export const isAlertable = ({ type, imported }: Event): boolean =>
  imported !== true && type !== "withdrawn" && type !== "revised";

const concerns = ({ inScope }: CompiledRule, { device, other }: RuleContext): boolean =>
  inScope(device.id, device.groups) || (other !== undefined && inScope(other.id, other.groups));

/** Does what lies between the two times, whichever is older, fall short of the cool-down? */
const isCooling = ({ rule }: CompiledRule, event: Event, lastAlert: LastAlert): boolean => {
  const { cooldownSeconds = 0 } = rule;
  if (cooldownSeconds === 0) return false;
  const last = lastAlert(rule.id, event.device, event.fence);
  return last !== undefined && Math.abs(event.time - last) < cooldownSeconds * 1000;
};

/** What a rule says of an event, the cheapest questions first. */
export const judge = (compiled: CompiledRule, subject: Subject, lastAlert: LastAlert): Verdict => {
  const { rule, fences, watches, condition } = compiled;
  const { event, context } = subject;
  if (!rule.enabled) return "disabled";
  if (event.type === "withdrawn" || event.type === "revised") return "follow-up";
  if (!rule.events.includes(event.type)) return "type";
  if (event.imported === true) return "imported";
  if (event.reason === "fence" && rule.edits !== true) return "edit";
  if (fences !== undefined && (event.fence === undefined || !fences.has(event.fence))) return "fence";
  if (watches !== undefined && (event.watch === undefined || !watches.has(event.watch))) return "watch";
  if (!concerns(compiled, context)) return "device";
  if (rule.schedule !== undefined && !isActive(rule.schedule, event.time)) return "schedule";
  if (condition !== undefined) {
    const holds = condition.holds(subject.facts);
    if (holds !== true) return holds === false ? "condition" : "failed";
  }
  return isCooling(compiled, event, lastAlert) ? "cooldown" : "matched";
};
