import { describe, expect, it } from "vitest";
import { EVENT_TYPES, type Event } from "#wire";
import { eventItem } from "./event-feed.ts";
import { eventRemarks, eventSentence } from "./event-words.ts";
import type { Html } from "./html.ts";
import { eventIcon, sprite } from "./icons.ts";
import { eventRow, type EventNames } from "./views.ts";

const plain = ({ text }: Html): string =>
  text
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();

const event: Event = {
  id: "e1",
  workspace: "main",
  type: "enter",
  device: "van",
  fence: "f",
  time: 0,
  fix: 0,
  detectedAt: 0,
  lon: 1,
  lat: 2,
};
const names: EventNames = { device: "Van 7", fence: "Depot", other: "Van 8" };

const say = (changes: Partial<Event>, more: EventNames = {}, anonymous = false): string =>
  plain(eventSentence(eventRow({ ...event, ...changes }, { ...names, ...more }), anonymous));

const sayNowhere = (type: Event["type"], more: Partial<Event> = {}): string => {
  const { fence, ...nowhere } = { ...event, ...more, type };
  expect(fence).toBe("f");
  return plain(eventSentence(eventRow(nowhere, { device: "Van 7", other: "Van 8" })));
};

describe("eventSentence", () => {
  it.each<[Event["type"], string]>([
    ["enter", "Van 7 entered Depot"],
    ["exit", "Van 7 left Depot"],
    ["cross", "Van 7 crossed Depot"],
    ["dwell", "Van 7 has been in Depot"],
    ["absent", "Van 7 was missing from Depot"],
    ["overspeed", "Van 7 was too fast in Depot"],
    ["silent", "Van 7 fell silent in Depot"],
    ["stopped", "Van 7 stopped in Depot"],
    ["withdrawn", "No longer true: an event at Depot of Van 7"],
    ["revised", "Corrected: an event at Depot of Van 7"],
  ])("says %s at a fence", (type, sentence) => {
    expect(say({ type })).toBe(sentence);
  });

  it.each<[Event["type"], string]>([
    ["overspeed", "Van 7 was too fast"],
    ["silent", "Van 7 fell silent"],
    ["stopped", "Van 7 stopped"],
    ["moving", "Van 7 set off"],
    ["proximity", "Van 7 came near Van 8"],
    ["apart", "Van 7 parted from Van 8"],
    ["withdrawn", "No longer true: an event of Van 7"],
  ])("says %s without a fence", (type, sentence) => {
    expect(sayNowhere(type, { other: "van-8" })).toBe(sentence);
  });

  it("says how long, where that is known", () => {
    expect(say({ type: "dwell" }, { dwellSeconds: 300 })).toBe("Van 7 has been in Depot for 5 min");
    expect(say({ type: "dwell" }, { dwellSeconds: 5400 })).toBe("Van 7 has been in Depot for 1 h 30 min");
  });

  it("says what is no longer true, or was corrected", () => {
    expect(say({ type: "withdrawn", withdraws: "e0" }, { about: "enter" })).toBe(
      "No longer true: Van 7 entered Depot",
    );
    expect(say({ type: "revised", revises: "e0" }, { about: "exit" })).toBe("Corrected: Van 7 left Depot");
    expect(say({ type: "withdrawn" }, { about: "enter" }, true)).toBe("No longer true: entered Depot");
  });

  it("leaves out who where that is clear", () => {
    expect(say({}, {}, true)).toBe("entered Depot");
    expect(say({ type: "withdrawn" }, {}, true)).toBe("No longer true: an event at Depot");
  });

  it("strikes through what was withdrawn, and says so in words", () => {
    const row = eventRow({ ...event, withdrawnAt: 5, reason: "first" }, names);
    expect(eventSentence(row).text).toMatch(/^<s>.*<\/s>$/s);
    expect(eventRemarks(row)).toEqual(["withdrawn", "first position lies inside"]);
    expect(eventItem(row, 0).text).toContain("data-withdrawn");
  });

  it("falls back on ids, and on the word of a type that it does not know", () => {
    const row = eventRow({ ...event, type: "teleport" as Event["type"] }, {});
    expect(plain(eventSentence(row))).toBe("van teleport in f");
    expect(eventIcon("teleport")).toBe("other");
  });

  it("has a symbol for every type", () => {
    for (const type of EVENT_TYPES) expect(sprite().text).toContain(`id="i-${eventIcon(type)}"`);
  });
});

describe("eventItem", () => {
  it("leads to the device, or to the page of the event, which its age always does", () => {
    const row = eventRow({ ...event, id: "a/b" }, names);
    expect(eventItem(row, 0).text).toContain(`href="/devices/van" data-device="van"`);
    expect(eventItem(row, 0).text).toContain(`class="when" href="/events/a%2Fb"`);
    const toEvent = eventItem(row, 0, { to: "event" }).text;
    expect(toEvent).not.toContain("data-device");
    expect(toEvent.match(/href="\/events\/a%2Fb"/g)).toHaveLength(2);
  });
});
