import { describe, expect, it } from "vitest";
import type { Rule, Schedule, Watch, WatchKind } from "#wire";
import type { Names } from "./definition-views.ts";
import { anyOf, ruleLimits, ruleWords, scheduleWords, watchWords } from "./words.ts";

const names: Names = {
  devices: new Map([["v7", "Van 7"]]),
  fences: new Map([["d", "Depot"]]),
  watches: new Map([["w", "Lost vans"]]),
  targets: new Map(),
};
const owned = { workspace: "main", version: 1, createdAt: 0, updatedAt: 0, id: "x", name: "X" };
const rule = (changes: Partial<Rule>): Rule => ({
  ...owned,
  enabled: true,
  events: ["enter"],
  targets: ["t"],
  ...changes,
});

describe("words of definitions", () => {
  it("list a few, and count the rest", () => {
    expect(anyOf(["a"])).toBe("a");
    expect(anyOf(["a", "b"])).toBe("a or b");
    expect(anyOf(["a", "b", "c", "d"], "and")).toBe("a, b, c and d");
    expect(anyOf(["a", "b", "c", "d", "e", "f"])).toBe("a, b, c or 3 more");
  });

  it.each<[Partial<Rule>, string]>([
    [{}, "any device enters any fence"],
    [{ events: ["enter", "exit"], fences: ["d", "port"] }, "any device enters or leaves Depot or port"],
    [{ devices: ["v7"], events: ["stopped", "moving"] }, "Van 7 stops or sets off"],
    [
      { devices: ["v7", "v8"], groups: ["vans"], events: ["dwell", "silent"], fences: ["d"] },
      "Van 7 or v8 or a device of vans stays in Depot, or falls silent",
    ],
  ])("say what a rule waits for: %j", (changes, words) => {
    expect(ruleWords(rule(changes), names)).toBe(words);
  });

  it("say what narrows a rule", () => {
    const schedule: Schedule = {
      timeZone: "UTC",
      hours: [{ days: ["mon", "tue", "wed", "fri"], from: "08:00", to: "18:00" }],
    };
    const limits = { schedule, watches: ["w"], condition: "event.late", cooldownSeconds: 90 };
    expect(ruleLimits(rule(limits), names)).toEqual([
      "Mon–Wed, Fri 08:00–18:00 (UTC)",
      "seen by Lost vans",
      "if event.late",
      "at most once in 90 s",
    ]);
    expect(ruleLimits(rule({ cooldownSeconds: 0 }), names)).toEqual([]);
  });

  it("say hours of the week", () => {
    const hours = [
      { days: ["sat", "sun"], from: "00:00", to: "24:00" },
      { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "22:00", to: "06:00" },
    ] as const;
    expect(scheduleWords({ timeZone: "UTC", hours })).toBe(
      "Sat, Sun 00:00–24:00, every day 22:00–06:00 (UTC)",
    );
  });

  it.each<[WatchKind, string]>([
    [{ kind: "silent", seconds: 900 }, "a device of vans sends nothing for 15 min"],
    [
      { kind: "overspeed", speed: 30 / 3.6, seconds: 10, fence: "d" },
      "a device of vans is faster than 30 km/h for 10 s in Depot",
    ],
    [{ kind: "motion" }, "a device of vans stops, or sets off"],
    [
      { kind: "absent", fence: "d", days: ["mon"], by: "20:00", from: "18:00", timeZone: "UTC" },
      "a device of vans is not in Depot between 18:00 and 20:00, Mon (UTC)",
    ],
    [
      { kind: "proximity", radius: 200, exitMargin: 20, others: { devices: ["v7"] } },
      "a device of vans comes within 200 m of Van 7, or parts from it",
    ],
  ])("say what a watch looks for: %j", (kind, words) => {
    const watch: Watch = { ...owned, ...kind, groups: ["vans"] };
    expect(watchWords(watch, names)).toBe(words);
  });
});
