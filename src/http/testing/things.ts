import type { AlertRecord } from "#ports";
import type { Device, Event, Fence, Rule, SequencedEvent, Target, Watch } from "#wire";
import type { Fakes } from "./fakes.ts";

const OWNED = { workspace: "main", version: 1, createdAt: 0, updatedAt: 0 } as const;

/** A circle called like its id. */
export const fenceOf = (id: string, more: Partial<Fence> = {}): Fence => ({
  ...OWNED,
  id,
  name: id,
  geometry: { type: "Point", coordinates: [1, 2] },
  radius: 100,
  ...more,
});

/** A device in these groups. */
export const deviceOf = (id: string, groups: readonly string[] = [], name?: string): Device => ({
  createdAt: 0,
  ...(name !== undefined && { name }),
  status: { workspace: "main", device: id, inside: [], groups },
});

/** A webhook. */
export const webhookOf = (id: string, more: Partial<Target> = {}): Target =>
  ({
    id,
    workspace: "main",
    name: `Hook ${id}`,
    enabled: true,
    kind: "webhook",
    url: `https://${id}.example/hook`,
    secrets: ["whsec_c2VjcmV0"],
    createdAt: 0,
    updatedAt: 0,
    ...more,
  }) as Target;

/** A rule about entering, for the target `hook`. */
export const ruleOf = (id: string, more: Partial<Rule> = {}): Rule => ({
  ...OWNED,
  id,
  name: `Rule ${id}`,
  enabled: true,
  events: ["enter"],
  targets: ["hook"],
  ...more,
});

/** A watch for silence. */
export const silenceOf = (id: string): Watch => ({
  ...OWNED,
  id,
  name: `Watch ${id}`,
  kind: "silent",
  seconds: 600,
});

/** An event of the device `van` at the fence `depot`. */
export const eventOf = (id: string, time: number, more: Partial<Event> = {}): Event => ({
  id,
  workspace: "main",
  type: "enter",
  device: "van",
  fence: "depot",
  fenceVersion: 1,
  time,
  fix: time,
  detectedAt: time + 500,
  lon: 1,
  lat: 2,
  ...more,
});

/** Puts events at the end of the feed. */
export const feed = ({ feed }: Pick<Fakes, "feed">, ...events: readonly Event[]): void => {
  for (const event of events) feed.push({ seq: feed.length + 1, event } satisfies SequencedEvent);
};

/** An alert of an event for the target `hook`. */
export const alertOf = (seq: number, event: Event, more: Partial<AlertRecord> = {}): AlertRecord => ({
  seq,
  alert: { id: `alert_${seq}`, workspace: "main", target: "hook", event, rules: ["r"], at: event.detectedAt },
  state: "sent",
  attempts: 0,
  dueAt: 0,
  tries: [],
  ...more,
});
