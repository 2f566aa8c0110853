import type { Event, Position, Rule } from "#wire";
import type { RuleContext } from "../facts.ts";

/** 2026-06-02T04:12:00Z, a Tuesday: 06:12 in Paris. */
export const MOMENT: number = Date.parse("2026-06-02T04:12:00Z");

/** An `enter` of `van-7` into `port`, with changes. */
export const anEvent = (changes: Partial<Event> = {}): Event => ({
  id: "e1",
  workspace: "main",
  type: "enter",
  device: "van-7",
  fence: "port",
  fenceVersion: 1,
  time: MOMENT,
  fix: MOMENT + 1000,
  detectedAt: MOMENT + 2000,
  lon: 7.25,
  lat: 43.5,
  ...changes,
});

/** The fix that shows it. */
export const aFix: Position = {
  device: "van-7",
  time: MOMENT + 1000,
  lon: 7.26,
  lat: 43.51,
  speed: 3.2,
  accuracy: 5,
  attributes: { battery: 20, driver: "Zoë", "cargo.kind": "fish", ignition: true, nothing: null },
};

/** What belongs to it, with changes. */
export const aContext = (changes: Partial<RuleContext> = {}): RuleContext => ({
  device: { id: "van-7", name: "Blue van", groups: ["north", "vans"] },
  fence: { id: "port", name: "Port", extra: { limit: 30, tags: ["sea", "quay"], owner: { name: "city" } } },
  position: aFix,
  ...changes,
});

/** A rule that asks for `enter` and tells `ops`, with changes. */
export const aRule = (changes: Partial<Rule> = {}): Rule => ({
  id: "r1",
  workspace: "main",
  version: 1,
  name: "Arrivals",
  enabled: true,
  events: ["enter"],
  targets: ["ops"],
  createdAt: 0,
  updatedAt: 0,
  ...changes,
});
