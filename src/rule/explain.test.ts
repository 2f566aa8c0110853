import { describe, expect, it } from "vitest";
import type { Event, Rule } from "#wire";
import { explainRules } from "./explain.ts";
import type { LastAlert } from "./judge.ts";
import { aContext, anEvent, aRule, MOMENT } from "./testing/samples.ts";

const why = (
  changes: Partial<Rule>,
  event: Event = anEvent(),
  context = aContext(),
  last?: LastAlert,
): string => {
  const [explanation] = explainRules([aRule(changes)], event, context, last);
  return `${explanation!.matched ? "yes: " : ""}${explanation!.reason}`;
};

const hours = [
  { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "17:00" },
  { days: ["sat"], from: "10:00", to: "12:00" },
] as const;

describe("explainRules", () => {
  it("[RE1] says of each rule, in their order, whether it matches", () => {
    const rules = [aRule(), aRule({ id: "r2", name: "Departures", events: ["exit"] })];
    expect(explainRules(rules, anEvent(), aContext())).toEqual([
      { rule: "r1", name: "Arrivals", matched: true, reason: "all that the rule asks for is so" },
      { rule: "r2", name: "Departures", matched: false, reason: "type is enter, the rule wants exit" },
    ]);
  });

  it.each<[string, string]>([
    [why({ enabled: false }), "the rule is disabled"],
    [why({ events: ["exit", "dwell"] }), "type is enter, the rule wants exit or dwell"],
    [why({}, anEvent({ imported: true })), "the event was imported, and imported events raise no alerts"],
    [
      why({}, anEvent({ type: "withdrawn" })),
      "a withdrawn event goes by itself to whoever was alerted of the event it is about",
    ],
    [
      why({}, anEvent({ reason: "fence" })),
      "an edit of the fence caused the event, and the rule does not ask for edits",
    ],
    [why({ fences: ["depot", "yard"] }), "fence is port, the rule wants depot or yard"],
    [
      why({ fences: ["a", "b", "c", "d", "e", "f", "g"] }),
      "fence is port, the rule wants a or b or c or d or e or 2 more",
    ],
    [why({ watches: ["w"] }), "the event has no watch, the rule wants w"],
    [why({ devices: ["van-8"] }), "device van-7 is not van-8"],
    [why({ groups: ["south", "west"] }), "device van-7 is not in group south or west"],
    [why({ devices: ["van-8"], groups: ["south"] }), "device van-7 is not van-8 and not in group south"],
    [
      why({ devices: ["van-8"], groups: ["sea"] }, anEvent(), aContext({ other: { id: "tug", groups: [] } })),
      "neither van-7 nor tug is van-8 or in group sea",
    ],
    [
      why({ schedule: { timeZone: "Europe/Paris", hours } }),
      "Tue 06:12 in Europe/Paris is outside Mon-Fri 08:00-17:00, Sat 10:00-12:00",
    ],
    [why({ condition: "position.speed > 4" }), "condition is false: position.speed = 3.2"],
    [why({ condition: "1 > 2" }), "condition is false"],
    [why({ condition: "position.altitude > 4" }), "condition gave no answer: position.altitude is missing"],
  ])("[RE2] %s", (reason, expected) => {
    expect(reason).toBe(expected);
  });

  it("[RE3] gives the first reason in the order in which rules are judged", () => {
    expect(why({ fences: ["depot"], condition: "false", devices: ["x"] })).toContain("fence is port");
    expect(why({ condition: "false", devices: ["x"] })).toContain("device van-7");
  });

  it("[RE4] says until when a rule cools down, and does not take an alert of the event itself for another", () => {
    const cooling = { cooldownSeconds: 300 };
    const ago =
      (seconds: number): LastAlert =>
      () =>
        MOMENT - seconds * 1000;
    expect(why(cooling, anEvent(), aContext(), ago(60))).toBe(
      "on cool-down until 2026-06-02T04:16:00.000Z: the rule alerted of 2026-06-02T04:11:00.000Z and cools down for 300 s",
    );
    expect(why(cooling, anEvent(), aContext(), ago(-60))).toBe(
      "on cool-down: the rule alerted of 2026-06-02T04:13:00.000Z and cools down for 300 s, before it as after it",
    );
    expect(why(cooling, anEvent(), aContext(), ago(0))).toContain("yes: ");
    expect(why(cooling, anEvent(), aContext(), ago(300))).toContain("yes: ");
  });
});
