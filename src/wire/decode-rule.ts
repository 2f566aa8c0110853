import { decodeSchedule } from "./decode-schedule.ts";
import { decodeScope } from "./decode-scope.ts";
import { EVENT_TYPES, type EventType } from "./event.ts";
import {
  findUnknown,
  given,
  isBag,
  readFlag,
  readIds,
  readList,
  readName,
  readNumber,
  withoutServerOwned,
  type Bag,
} from "./fields.ts";
import { findForbiddenKey } from "./keys.ts";
import { isPrintable } from "./names.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import type { Rule } from "./rule.ts";

/** What a body says of a rule; the server adds id, workspace, version and times. */
export type RuleInput = Omit<Rule, "id" | "workspace" | "version" | "createdAt" | "updatedAt">;

/** Longest condition and longest text, in UTF-16 code units. */
export const RULE_TEXT_LIMITS: { readonly condition: number; readonly text: number } = {
  condition: 1000,
  text: 1000,
};

/** Inclusive bounds of `cooldownSeconds`: none to 366 days. */
export const COOLDOWN_BOUNDS: readonly [min: number, max: number] = [0, 31_622_400];

const CODE = "invalid_rule";
const UNNAMED = "Unnamed rule";
const KNOWN = new Set([
  "name",
  "enabled",
  "events",
  "devices",
  "groups",
  "fences",
  "watches",
  "schedule",
  "condition",
  "targets",
  "cooldownSeconds",
  "text",
  "edits",
]);

type Writable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };
type Narrowing = Partial<Writable<Omit<RuleInput, "name" | "enabled" | "events" | "targets">>>;

/** Events that follow another one reach by themselves whoever was told of that one. */
const isAskable = (value: unknown): value is EventType =>
  (EVENT_TYPES as readonly unknown[]).includes(value) && value !== "withdrawn" && value !== "revised";

const ASKABLE = EVENT_TYPES.filter(isAskable).join(", ");

const readText = (bag: Bag, key: keyof typeof RULE_TEXT_LIMITS): string | undefined | Refusal => {
  const value = bag[key];
  if (!given(value)) return undefined;
  const most = RULE_TEXT_LIMITS[key];
  if (typeof value !== "string" || !isPrintable(value.replaceAll(/[\n\t]/g, " "))) {
    return refuse(CODE, `${key} is ${show(value)}; expected printable text`);
  }
  if (value.length > most) {
    return refuse(CODE, `${key} has ${value.length} characters; at most ${most} are allowed`);
  }
  return value.trim() === "" ? undefined : value;
};

const readLists = (bag: Bag, into: Narrowing): Refusal | undefined => {
  const scope = decodeScope(bag, "", CODE);
  if (isRefusal(scope)) return scope;
  Object.assign(into, scope);
  for (const key of ["fences", "watches"] as const) {
    const ids = readIds(bag[key], key, CODE);
    if (ids === undefined) continue;
    if (isRefusal(ids)) return ids;
    into[key] = ids;
  }
  return undefined;
};

/** Everything that narrows a rule or says how it speaks. */
const readNarrowing = (bag: Bag): Narrowing | Refusal => {
  const into: Narrowing = {};
  const wrong = readLists(bag, into);
  if (wrong !== undefined) return wrong;
  if (given(bag["schedule"])) {
    const schedule = decodeSchedule(bag["schedule"], "schedule", CODE);
    if (isRefusal(schedule)) return schedule;
    into.schedule = schedule;
  }
  for (const key of ["condition", "text"] as const) {
    const text = readText(bag, key);
    if (typeof text === "object") return text;
    if (text !== undefined) into[key] = text;
  }
  const cooldown = readNumber(bag["cooldownSeconds"], "cooldownSeconds", CODE, COOLDOWN_BOUNDS);
  if (typeof cooldown === "object") return cooldown;
  if (cooldown !== undefined) into.cooldownSeconds = cooldown;
  const edits = readFlag(bag["edits"], "edits", CODE);
  if (typeof edits === "object") return edits;
  if (edits !== undefined) into.edits = edits;
  return into;
};

const readTargets = (bag: Bag, needed: boolean): readonly string[] | Refusal => {
  const targets = readIds(bag["targets"], "targets", CODE);
  if (targets !== undefined) return targets;
  return needed ? refuse(CODE, "targets is missing; expected the ids of targets to alert") : [];
};

/**
 * Decodes a rule from parsed JSON: `{"name"?,"enabled"?,"events","devices"?,"groups"?,"fences"?,"watches"?,
 * "schedule"?,"condition"?,"targets","cooldownSeconds"?,"text"?,"edits"?}`. `null` counts as absent, a property
 * that is not known is refused. Whether condition and text make sense is for `#rule` to say. A dry run may do
 * without targets. Never throws.
 */
export const decodeRule = (
  value: unknown,
  targets: "needed" | "optional" = "needed",
): RuleInput | Refusal => {
  if (!isBag(value)) return refuse(CODE, `a rule is ${show(value)}; expected an object`);
  const forbidden = findForbiddenKey(value);
  if (forbidden !== undefined) {
    return refuse("forbidden_key", `the rule has the key ${show(forbidden)}, which is not allowed`);
  }
  const unknown = findUnknown(withoutServerOwned(value), KNOWN, "a rule", CODE);
  if (unknown !== undefined) return unknown;
  const name = readName(value["name"], "name", CODE);
  if (typeof name === "object") return name;
  const enabled = readFlag(value["enabled"], "enabled", CODE);
  if (typeof enabled === "object") return enabled;
  const events =
    readList(value["events"], "events", CODE, isAskable, `types of events: ${ASKABLE}`) ??
    refuse(CODE, `events is missing; expected types of events: ${ASKABLE}`);
  if (isRefusal(events)) return events;
  const to = readTargets(value, targets === "needed");
  if (isRefusal(to)) return to;
  const narrowing = readNarrowing(value);
  if (isRefusal(narrowing)) return narrowing;
  return { name: name ?? UNNAMED, enabled: enabled ?? true, events, targets: to, ...narrowing };
};
