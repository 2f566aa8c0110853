import type { Definitions, Fences, Latest, Targets } from "#ports";
import { groupsAround, show, type EventType, type Rule, type Watch, type WatchKind } from "#wire";
import { allDefinitions } from "./all-definitions.ts";

/** Ports that the notes look at. */
export interface NotePorts {
  readonly definitions: Definitions;
  readonly fences: Fences;
  readonly targets: Targets;
  readonly latest: Latest;
}

/** Which kind of watch raises a type of event; the others come from fences. */
const WATCH_OF: Readonly<Partial<Record<EventType, WatchKind["kind"]>>> = {
  absent: "absent",
  silent: "silent",
  overspeed: "overspeed",
  stopped: "motion",
  moving: "motion",
  proximity: "proximity",
  apart: "proximity",
};

/** Types of events that never have a fence. */
const NOWHERE: ReadonlySet<EventType> = new Set(["silent", "stopped", "moving", "proximity", "apart"]);

/** Fences that are looked through for one that knows dwelling. */
const MOST_FENCES = 5000;
const PAGE = 1000;

const listed = (types: readonly string[]): string => types.map((type) => `“${type}”`).join(" and ");

const watchNotes = (rule: Rule, watches: readonly Watch[]): string[] => {
  const named = rule.watches === undefined ? watches : watches.filter(({ id }) => rule.watches?.includes(id));
  const kinds = new Set(named.map(({ kind }) => kind));
  const unwatched = rule.events.filter((type) => {
    const kind = WATCH_OF[type];
    return kind !== undefined && !kinds.has(kind);
  });
  const notes: string[] = [];
  if (unwatched.length > 0) {
    const nobody =
      rule.watches === undefined ? "no watch raises them yet" : "none of its watches raises them";
    notes.push(`The rule asks for ${listed(unwatched)} events, and ${nobody}.`);
  }
  const unasked =
    rule.watches === undefined ? [] : rule.events.filter((type) => WATCH_OF[type] === undefined);
  if (unasked.length > 0) {
    notes.push(
      `The rule names watches, and ${listed(unasked)} events come from none: it never matches them.`,
    );
  }
  return notes;
};

const someFenceDwells = async (rule: Rule, { fences }: NotePorts): Promise<boolean> => {
  const { workspace } = rule;
  if (rule.fences !== undefined) {
    const named = await Promise.all(rule.fences.map((id) => fences.get(workspace, id)));
    return named.some((fence) => fence?.dwellSeconds !== undefined);
  }
  let after: string | undefined;
  for (let seen = 0; seen < MOST_FENCES; seen += PAGE) {
    const page = await fences.list(workspace, { limit: PAGE, ...(after !== undefined && { after }) });
    if (page.some(({ dwellSeconds }) => dwellSeconds !== undefined)) return true;
    if (page.length < PAGE) return false;
    after = page.at(-1)?.id;
  }
  // Nobody can tell without looking at all of them; better no note than a wrong one.
  return true;
};

const fenceNotes = async (rule: Rule, ports: NotePorts): Promise<string[]> => {
  const notes: string[] = [];
  const nowhere = rule.fences === undefined ? [] : rule.events.filter((type) => NOWHERE.has(type));
  if (nowhere.length > 0) {
    notes.push(`The rule names fences, and ${listed(nowhere)} events have none: it never matches them.`);
  }
  if (rule.events.includes("dwell") && !(await someFenceDwells(rule, ports))) {
    const none = rule.fences === undefined ? "no fence has" : "none of its fences has";
    notes.push(`The rule asks for “dwell” events, and ${none} dwellSeconds yet.`);
  }
  return notes;
};

const deviceNotes = (rule: Rule, latest: Latest): string[] => {
  const { workspace, devices = [], groups = [] } = rule;
  const notes = devices
    .filter((id) => latest.get(workspace, id) === undefined)
    .map((id) => `Nothing was heard of a device ${show(id)} yet.`);
  if (groups.length === 0) return notes;
  const empty = new Set(groups);
  for (const status of latest.all(workspace)) {
    for (const group of (status.groups ?? []).flatMap(groupsAround)) empty.delete(group);
    if (empty.size === 0) return notes;
  }
  return [...notes, ...Array.from(empty, (group) => `No device is in the group ${show(group)} yet.`)];
};

const targetNotes = async (rule: Rule, targets: Targets): Promise<string[]> => {
  const found = await Promise.all(rule.targets.map((id) => targets.get(rule.workspace, id)));
  return found.flatMap((target, index) => {
    if (target === undefined) return [`There is no target ${show(rule.targets[index])} any more.`];
    return target.enabled ? [] : [`The target ${show(target.name)} is switched off: its alerts wait.`];
  });
};

/** Notes of one kind that are told; a rule may name a thousand devices that nobody has heard of. */
const MOST = 10;

/** What a person should know of a rule that is right and may still not do what was meant; in sentences. */
export const notesOn = async (rule: Rule, ports: NotePorts): Promise<readonly string[]> => {
  const [watches, fences, targets] = await Promise.all([
    allDefinitions(ports.definitions, "watch", rule.workspace),
    fenceNotes(rule, ports),
    targetNotes(rule, ports.targets),
  ]);
  const kinds = [watchNotes(rule, watches), fences, deviceNotes(rule, ports.latest), targets];
  return kinds.flatMap((notes) => notes.slice(0, MOST));
};
