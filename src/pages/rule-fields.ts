import { EVENT_TYPES, type EventType, type Rule } from "#wire";
import {
  blankHours,
  hourFields,
  linesOf,
  orAbsent,
  scheduleOf,
  secondsOf,
  spanFields,
  type HourFields,
  type SpanFields,
} from "./field-text.ts";

/** A rule as its form has it: whatever was typed, right or wrong. */
export interface RuleFields {
  readonly name: string;
  readonly enabled: boolean;
  readonly events: readonly string[];
  readonly fences: readonly string[];
  readonly groups: readonly string[];
  /** Ids, one a line. */
  readonly devices: string;
  readonly watches: readonly string[];
  readonly when: "always" | "hours";
  readonly timeZone: string;
  readonly hours: readonly HourFields[];
  readonly condition: string;
  readonly targets: readonly string[];
  readonly cooldown: SpanFields;
  readonly text: string;
  readonly edits: boolean;
}

/** Types that a rule can ask for. */
export const askableEvents: readonly EventType[] = EVENT_TYPES.filter(
  (type) => type !== "withdrawn" && type !== "revised",
);

/** A form that says nothing yet; `timeZone` is the likeliest one. */
export function newRule(timeZone: string): RuleFields {
  return {
    name: "",
    enabled: true,
    events: ["enter", "exit"],
    fences: [],
    groups: [],
    devices: "",
    watches: [],
    when: "always",
    timeZone,
    hours: [blankHours],
    condition: "",
    targets: [],
    cooldown: { amount: "", unit: "60" },
    text: "",
    edits: false,
  };
}

/** A stored rule as its form has it. */
export function ruleFields(rule: Rule, timeZone: string): RuleFields {
  const { name, enabled, events, fences = [], groups = [], devices = [], watches = [], targets } = rule;
  const { schedule, condition = "", text = "", cooldownSeconds = 0, edits = false } = rule;
  return {
    name,
    enabled,
    events,
    fences,
    groups,
    devices: devices.join("\n"),
    watches,
    when: schedule === undefined ? "always" : "hours",
    timeZone: schedule?.timeZone ?? timeZone,
    hours: schedule?.hours.map(hourFields) ?? [blankHours],
    condition,
    targets,
    cooldown: cooldownSeconds === 0 ? { amount: "", unit: "60" } : spanFields(cooldownSeconds),
    text,
    edits,
  };
}

/** What the form says, in the shape that the API takes; not checked. */
export function ruleBody(fields: RuleFields): Readonly<Record<string, unknown>> {
  const { name, enabled, events, fences, groups, devices, watches, targets, condition, text, edits } = fields;
  return {
    name: name.trim(),
    enabled,
    events: orAbsent(events),
    fences: orAbsent(fences),
    groups: orAbsent(groups),
    devices: orAbsent(linesOf(devices)),
    watches: orAbsent(watches),
    schedule: fields.when === "hours" ? scheduleOf(fields.timeZone, fields.hours) : undefined,
    condition,
    targets: orAbsent(targets),
    cooldownSeconds: secondsOf(fields.cooldown),
    text: text.replaceAll("\r\n", "\n"),
    edits,
  };
}
