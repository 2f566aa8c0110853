import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES, type Event, type Rule } from "#wire";
import { createRules, type Match, type Rules } from "./match.ts";
import type { LastAlert } from "./judge.ts";
import { inScope } from "./scope.ts";
import { isActive } from "./schedule.ts";
import { aContext, aFix, anEvent, aRule, MOMENT } from "./testing/samples.ts";

const none: LastAlert = () => undefined;

const rulesOf = (...rules: readonly Rule[]): Rules => {
  const index = createRules();
  for (const rule of rules) index.put(rule);
  return index;
};

/** Targets that one rule with these changes gives for an event. */
const told = (changes: Partial<Rule>, event: Event = anEvent(), context = aContext()): readonly string[] =>
  rulesOf(aRule(changes))
    .match(event, context, none)
    .alerts.map(({ target }) => target);

/** Cool-downs as the flow keeps them. */
const createMemory = () => {
  const times = new Map<string, number>();
  const last: LastAlert = (...key) => times.get(JSON.stringify(key));
  const keep = ({ cooldowns }: Match): void => {
    for (const { rule, device, fence, time } of cooldowns)
      times.set(JSON.stringify([rule, device, fence]), time);
  };
  return { last, keep };
};

describe("a rule", () => {
  it("[RM3] tells each of its targets once, and nobody of other types", () => {
    expect(told({ targets: ["ops", "mail", "ops"] })).toEqual(["ops", "mail"]);
    expect(told({ events: ["exit", "enter"] })).toEqual(["ops"]);
    expect(told({ events: ["exit"] })).toEqual([]);
  });

  it("[RM4] is silent when it is disabled, and when an event is imported, withdrawn, or follows another", () => {
    expect(told({ enabled: false })).toEqual([]);
    expect(told({}, anEvent({ imported: true }))).toEqual([]);
    expect(told({}, anEvent({ withdrawnAt: MOMENT }))).toEqual([]);
    for (const type of ["withdrawn", "revised"] as const) {
      expect(told({ events: [...EVENT_TYPES] }, anEvent({ type }))).toEqual([]);
    }
  });

  it("[RM5] is told of edits only when it asks, of first fixes and late events always", () => {
    expect(told({}, anEvent({ reason: "fence" }))).toEqual([]);
    expect(told({ edits: false }, anEvent({ reason: "fence" }))).toEqual([]);
    expect(told({ edits: true }, anEvent({ reason: "fence" }))).toEqual(["ops"]);
    expect(told({}, anEvent({ reason: "first" }))).toEqual(["ops"]);
    expect(told({}, anEvent({ late: true }))).toEqual(["ops"]);
  });

  it("[RM6] is narrowed by each of fences, watches, devices, groups, schedule and condition", () => {
    const { fence: _, ...free } = anEvent();
    expect(told({ fences: ["port", "depot"] })).toEqual(["ops"]);
    expect(told({ fences: ["depot"] })).toEqual([]);
    expect(told({ fences: ["port"] }, free)).toEqual([]);
    expect(told({ watches: ["w"] })).toEqual([]);
    expect(told({ watches: ["w"] }, anEvent({ watch: "w" }))).toEqual(["ops"]);
    expect(told({ devices: ["van-7"] })).toEqual(["ops"]);
    expect(told({ devices: ["van-8"] })).toEqual([]);
    expect(told({ groups: ["north"] })).toEqual(["ops"]);
    expect(told({ groups: ["south"], devices: ["van-8"] })).toEqual([]);
    const hours = [{ days: ["tue"], from: "06:00", to: "06:30" }] as const;
    expect(told({ schedule: { timeZone: "Europe/Paris", hours } })).toEqual(["ops"]);
    expect(told({ schedule: { timeZone: "UTC", hours } })).toEqual([]);
    expect(told({ condition: "position.speed > 3" })).toEqual(["ops"]);
    expect(told({ condition: "position.speed > 4" })).toEqual([]);
  });

  it("[RM7] concerns an event of two devices when either is in its scope", () => {
    const near = anEvent({ type: "proximity", other: "tug" });
    const both = aContext({ other: { id: "tug", groups: ["tugs"] } });
    for (const scope of [
      { devices: ["van-7"] },
      { devices: ["tug"] },
      { groups: ["tugs"] },
      { groups: ["vans"] },
    ]) {
      expect(told({ events: ["proximity"], ...scope }, near, both)).toEqual(["ops"]);
    }
    expect(told({ events: ["proximity"], devices: ["other"] }, near, both)).toEqual([]);
  });

  it("[RM8] whose condition gives no answer does not match, and is named", () => {
    const rules = rulesOf(aRule({ condition: "position.altitude > 3" }), aRule({ id: "r2" }));
    expect(rules.match(anEvent(), aContext(), none)).toEqual({
      alerts: [{ target: "ops", rules: ["r2"] }],
      cooldowns: [],
      cooled: [],
      failed: ["r1"],
    });
  });

  it("[RM9] that this program cannot compile matches nothing, and does no harm", () => {
    const rules = rulesOf(aRule({ condition: "position.sped > 3" }), aRule({ id: "r2", text: "{{nobody}}" }));
    expect(rules.match(anEvent(), aContext(), none)).toMatchObject({
      alerts: [{ target: "ops", rules: ["r2"] }],
      failed: ["r1"],
    });
  });
});

describe("several rules", () => {
  it("[RM10] make one alert a target, with their ids in order and the text of the first that has one", () => {
    const rules = rulesOf(
      aRule({ id: "c", text: "from c", targets: ["mail", "ops"] }),
      aRule({ id: "a", targets: ["ops"] }),
      aRule({ id: "b", text: "{{device.name}} in {{fence.name}}", targets: ["ops", "hook"] }),
    );
    expect(rules.match(anEvent(), aContext(), none).alerts).toEqual([
      { target: "ops", rules: ["a", "b", "c"], text: "Blue van in Port" },
      { target: "hook", rules: ["b"], text: "Blue van in Port" },
      { target: "mail", rules: ["c"], text: "from c" },
    ]);
  });

  it("[RM11] are replaced by their id and forgotten; what was put again in another order is the same", () => {
    const rules = rulesOf(aRule({ id: "a" }), aRule({ id: "b" }));
    rules.put(aRule({ id: "a", version: 2, events: ["exit"] }));
    expect(rules.match(anEvent(), aContext(), none).alerts).toEqual([{ target: "ops", rules: ["b"] }]);
    rules.delete("b");
    rules.delete("nobody");
    expect(rules.match(anEvent(), aContext(), none).alerts).toEqual([]);
    rules.put(aRule({ id: "b" }));
    rules.put(aRule({ id: "a", version: 3 }));
    expect(rules.match(anEvent(), aContext(), none).alerts).toEqual([{ target: "ops", rules: ["a", "b"] }]);
  });
});

describe("a cool-down", () => {
  const cooling = aRule({ cooldownSeconds: 60 });
  const at = (seconds: number, changes: Partial<Event> = {}): Event =>
    anEvent({ id: `e${seconds}`, time: MOMENT + seconds * 1000, ...changes });

  /** For each event whether it was alerted. */
  const run = (rules: Rules, events: readonly Event[]): readonly boolean[] => {
    const memory = createMemory();
    return events.map((event) => {
      const match = rules.match(event, aContext({ device: { id: event.device, groups: [] } }), memory.last);
      memory.keep(match);
      return match.alerts.length > 0;
    });
  };

  it("[RM12] is counted in device time from the last alert, and ends with its last second", () => {
    const events = [at(0), at(30), at(59.999), at(60), at(119), at(120)];
    expect(run(rulesOf(cooling), events)).toEqual([true, false, false, true, false, true]);
  });

  it("[RM13] is one for each rule, device and fence, or none", () => {
    const { fence: _, ...free } = at(1);
    const events = [
      at(0),
      at(1),
      at(1, { device: "b" }),
      at(1, { fence: "depot" }),
      free,
      { ...free, time: free.time + 1 },
    ];
    expect(run(rulesOf(cooling), events)).toEqual([true, false, true, true, true, false]);
    const rules = rulesOf(cooling, aRule({ id: "r2", targets: ["mail"] }));
    const memory = createMemory();
    memory.keep(rules.match(at(0), aContext(), memory.last));
    expect(rules.match(at(1), aContext(), memory.last)).toEqual({
      alerts: [{ target: "mail", rules: ["r2"] }],
      cooldowns: [],
      cooled: ["r1"],
      failed: [],
    });
  });

  it("[RM14] holds for late events too, and the newest alert stays the one that counts", () => {
    const events = [at(1000), at(950, { late: true }), at(900, { late: true }), at(1059)];
    expect(run(rulesOf(cooling), events)).toEqual([true, false, true, false]);
  });

  it("[RM15] begins only with a match of a rule that has one", () => {
    const cooldowns = (changes: Partial<Rule>) =>
      rulesOf(aRule(changes)).match(at(0), aContext(), none).cooldowns;
    expect(cooldowns({ cooldownSeconds: 60 })).toEqual([
      { workspace: "main", rule: "r1", device: "van-7", fence: "port", time: MOMENT },
    ]);
    expect(cooldowns({ cooldownSeconds: 60, condition: "false" })).toEqual([]);
    expect(cooldowns({ cooldownSeconds: 0 })).toEqual([]);
    expect(cooldowns({})).toEqual([]);
  });
});

describe("the index", () => {
  const ids = (...names: string[]) => fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
  const schedule = fc.constantFrom("UTC", "Asia/Kathmandu").map((timeZone) => ({
    timeZone,
    hours: [{ days: ["mon", "tue"] as const, from: "08:00", to: "20:00" }],
  }));
  const rule: fc.Arbitrary<Rule> = fc
    .record(
      {
        id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
        events: ids("enter", "exit", "proximity") as fc.Arbitrary<("enter" | "exit" | "proximity")[]>,
        targets: ids("t", "u", "v"),
        enabled: fc.boolean(),
        devices: ids("x", "y"),
        groups: ids("g", "h"),
        fences: ids("p", "q"),
        watches: ids("w"),
        schedule,
        speed: fc.constantFrom(1, 5),
        cooldownSeconds: fc.constantFrom(0, 100, 5000),
        edits: fc.boolean(),
      },
      { requiredKeys: ["id", "events", "targets", "enabled"] },
    )
    .map(({ speed, ...rule }) =>
      aRule({ ...rule, ...(speed !== undefined && { condition: `position.speed > ${speed}` }) }),
    );
  const event = fc.record({
    type: fc.constantFrom("enter", "exit", "proximity", "dwell"),
    device: fc.constantFrom("x", "y", "z"),
    other: fc.option(fc.constantFrom("y", "z"), { nil: undefined }),
    groups: fc.subarray(["g", "h"]),
    fence: fc.option(fc.constantFrom("p", "q"), { nil: undefined }),
    watch: fc.option(fc.constant("w"), { nil: undefined }),
    reason: fc.option(fc.constantFrom("first", "fence"), { nil: undefined }),
    minutes: fc.nat(2000),
    speed: fc.option(fc.constantFrom(0, 3, 9), { nil: undefined }),
  });

  it("[RM16] agrees with asking every rule everything, whatever was put and deleted", () => {
    const step = fc.oneof(
      { arbitrary: rule.map((rule) => ({ rule })), weight: 1 },
      { arbitrary: fc.constantFrom("a", "b", "c").map((gone) => ({ gone })), weight: 1 },
      { arbitrary: event.map((event) => ({ event })), weight: 6 },
    );
    const agrees = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = createRules();
      const rules = new Map<string, Rule>();
      const memory = createMemory();
      for (const step of steps) {
        if ("rule" in step) {
          index.put(step.rule);
          rules.set(step.rule.id, step.rule);
          continue;
        }
        if ("gone" in step) {
          index.delete(step.gone);
          rules.delete(step.gone);
          continue;
        }
        const { minutes, groups, speed, ...given } = step.event;
        const time = MOMENT + minutes * 60_000;
        const event = anEvent({ ...(given as Partial<Event>), time });
        const { speed: _, ...still } = aFix;
        const context = aContext({
          device: { id: given.device, groups },
          ...(given.other !== undefined && { other: { id: given.other, groups: [] } }),
          position: speed === undefined ? still : { ...aFix, speed },
        });
        const expected = new Map<string, string[]>();
        for (const rule of [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
          const last = memory.last(rule.id, event.device, event.fence);
          const matches =
            rule.enabled &&
            rule.events.includes(event.type) &&
            (event.reason !== "fence" || rule.edits === true) &&
            (rule.fences?.includes(event.fence ?? "") ?? true) &&
            (rule.watches?.includes(event.watch ?? "") ?? true) &&
            (inScope(rule, given.device, groups) ||
              (given.other !== undefined && inScope(rule, given.other, []))) &&
            (rule.schedule === undefined || isActive(rule.schedule, time)) &&
            (rule.condition === undefined ||
              (speed !== undefined && speed > Number(rule.condition.split(">")[1]))) &&
            (last === undefined || Math.abs(time - last) >= (rule.cooldownSeconds ?? 0) * 1000);
          if (!matches) continue;
          for (const target of rule.targets) expected.set(target, [...(expected.get(target) ?? []), rule.id]);
        }
        const match = index.match(event, context, memory.last);
        expect(match.alerts).toEqual([...expected].map(([target, rules]) => ({ target, rules })));
        memory.keep(match);
      }
    });
    expect(() => fc.assert(agrees, { numRuns: 300, seed: 7 })).not.toThrow();
  });
});
