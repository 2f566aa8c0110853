import { formatTime, type Event, type Rule, type RuleId } from "#wire";
import { compileRule, type CompiledRule } from "./compile.ts";
import type { RuleContext } from "./facts.ts";
import { judge, Subject, type LastAlert, type Verdict } from "./judge.ts";
import { showHours, showWallTime } from "./schedule.ts";

/** Why one rule did, or did not, match an event. */
export interface Explanation {
  readonly rule: RuleId;
  readonly name: string;
  readonly matched: boolean;
  /** A sentence without its full stop, with the values that decided. */
  readonly reason: string;
}

/** Names listed in a reason; after these how many more there are. */
const SHOWN = 5;

const either = (names: readonly string[] = []): string => {
  const shown = names.slice(0, SHOWN);
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`);
  return shown.join(" or ");
};

const whyNotDevice = ({ rule }: CompiledRule, { context }: Subject): string => {
  const { device, other } = context;
  const who = other === undefined ? `device ${device.id} is` : `neither ${device.id} nor ${other.id} is`;
  const not = other === undefined ? "not " : "";
  const wanted: string[] = [];
  if (rule.devices !== undefined) wanted.push(`${not}${either(rule.devices)}`);
  if (rule.groups !== undefined) wanted.push(`${not}in group ${either(rule.groups)}`);
  return `${who} ${wanted.join(other === undefined ? " and " : " or ")}`;
};

const whyCooling = ({ rule }: CompiledRule, { event }: Subject, lastAlert: LastAlert): string => {
  const last = lastAlert(rule.id, event.device, event.fence) ?? event.time;
  const seconds = rule.cooldownSeconds ?? 0;
  const about = `the rule alerted of ${formatTime(last)} and cools down for ${seconds} s`;
  if (event.time < last) return `on cool-down: ${about}, before it as after it`;
  return `on cool-down until ${formatTime(last + seconds * 1000)}: ${about}`;
};

const whyCondition = ({ condition }: CompiledRule, { facts }: Subject): string => {
  const holds = condition?.holds(facts);
  if (typeof holds === "object") return `condition gave no answer: ${holds.error}`;
  const shown = condition?.show(facts) ?? "";
  return `condition is false${shown === "" ? "" : `: ${shown}`}`;
};

const whyNotHours = ({ rule: { schedule } }: CompiledRule, { event }: Subject): string =>
  schedule === undefined
    ? "outside its hours"
    : `${showWallTime(schedule.timeZone, event.time)} is outside ${showHours(schedule)}`;

const whyNotOneOf = (what: string, is: string | undefined, wanted: readonly string[] = []): string =>
  `${is === undefined ? `the event has no ${what}` : `${what} is ${is}`}, the rule wants ${either(wanted)}`;

type Reason = (compiled: CompiledRule, subject: Subject, lastAlert: LastAlert) => string;

const REASONS: Readonly<Record<Verdict, Reason>> = {
  matched: () => "all that the rule asks for is so",
  disabled: () => "the rule is disabled",
  "follow-up": (_, { event }) =>
    `a ${event.type} event goes by itself to whoever was alerted of the event it is about`,
  type: ({ rule }, { event }) => whyNotOneOf("type", event.type, rule.events),
  imported: () => "the event was imported, and imported events raise no alerts",
  edit: () => "an edit of the fence caused the event, and the rule does not ask for edits",
  fence: ({ rule }, { event }) => whyNotOneOf("fence", event.fence, rule.fences),
  watch: ({ rule }, { event }) => whyNotOneOf("watch", event.watch, rule.watches),
  device: whyNotDevice,
  schedule: whyNotHours,
  condition: whyCondition,
  failed: whyCondition,
  cooldown: whyCooling,
};

const never: LastAlert = () => undefined;

/**
 * Says of each rule whether it matches an event, and else the first reason why not, in the order in which rules are
 * judged. `lastAlert` is as it was before the event; an alert of the event's own time is taken for its own.
 */
export const explainRules = (
  rules: Iterable<Rule>,
  event: Event,
  context: RuleContext,
  lastAlert: LastAlert = never,
): readonly Explanation[] => {
  const subject = new Subject(event, context);
  const before: LastAlert = (...key) => {
    const last = lastAlert(...key);
    return last === event.time ? undefined : last;
  };
  return Array.from(rules, (rule) => {
    const compiled = compileRule(rule);
    const verdict = judge(compiled, subject, before);
    const reason = REASONS[verdict](compiled, subject, before);
    return { rule: rule.id, name: rule.name, matched: verdict === "matched", reason };
  });
};
