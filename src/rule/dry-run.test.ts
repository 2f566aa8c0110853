import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "#wire";
import { dryRun, type PastEvent } from "./dry-run.ts";
import { createRules } from "./match.ts";
import { aContext, anEvent, aRule, MOMENT } from "./testing/samples.ts";

const past = (seconds: number, changes: Partial<Event> = {}): PastEvent => {
  const event = anEvent({ id: `e${seconds}`, time: MOMENT + seconds * 1000, ...changes });
  return { event, context: aContext({ device: { id: event.device, groups: [] } }) };
};
const idsOf = (events: readonly Event[]): readonly string[] => events.map(({ id }) => id);

describe("dryRun", () => {
  it("[RD1] tells what would have alerted, and of how many devices", () => {
    const events = [past(0), past(1, { type: "exit" }), past(2, { device: "b" }), past(3)];
    const run = dryRun(aRule(), events);
    expect({ ...run, events: idsOf(run.events) }).toEqual({
      alerts: 3,
      devices: 2,
      events: ["e0", "e2", "e3"],
      cooled: 0,
      failed: 0,
      withdrawn: 0,
      imported: 0,
    });
  });

  it("[RD2] counts an alert for each target, and one where there is none yet", () => {
    expect(dryRun(aRule({ targets: ["a", "b", "a"] }), [past(0)])).toMatchObject({ alerts: 2 });
    expect(dryRun(aRule({ targets: [] }), [past(0)])).toMatchObject({ alerts: 1 });
  });

  it("[RD3] cools down from the beginning, each device and fence by itself", () => {
    const events = [past(0), past(30), past(30, { device: "b" }), past(30, { fence: "depot" }), past(60)];
    const run = dryRun(aRule({ cooldownSeconds: 60 }), events);
    expect(run).toMatchObject({ alerts: 4, cooled: 1 });
    expect(idsOf(run.events)).toEqual(["e0", "e30", "e30", "e60"]);
  });

  it("[RD4] leaves out and counts what was withdrawn since; what was imported counts as if it had come live", () => {
    const events = [past(0, { withdrawnAt: MOMENT }), past(1, { imported: true }), past(2)];
    expect(dryRun(aRule({ cooldownSeconds: 60 }), events)).toMatchObject({
      alerts: 1,
      withdrawn: 1,
      imported: 1,
      cooled: 1,
    });
  });

  it("[RD5] runs a disabled rule, and says why its condition gave no answer", () => {
    expect(dryRun(aRule({ enabled: false }), [past(0)])).toMatchObject({ alerts: 1 });
    expect(dryRun(aRule({ condition: "position.altitude > 1" }), [past(0), past(1)])).toMatchObject({
      alerts: 0,
      failed: 2,
      error: "position.altitude is missing",
    });
  });

  it("[RD6] keeps as many events as it may, and counts all", () => {
    const run = dryRun(aRule(), [past(0), past(1), past(2)], 2);
    expect(run.alerts).toBe(3);
    expect(idsOf(run.events)).toEqual(["e0", "e1"]);
  });

  it("[RD7] is what the rule gives when the events happen", () => {
    const seconds = fc.array(fc.nat(500), { maxLength: 40 });
    const same = fc.property(seconds, fc.constantFrom(0, 50, 200), (seconds, cooldownSeconds) => {
      const rule = aRule({ cooldownSeconds, condition: "event.time.getSeconds() != 7" });
      const events = seconds.map((second) => past(second, { device: second % 2 === 0 ? "a" : "b" }));
      const rules = createRules();
      rules.put(rule);
      const times = new Map<string, number>();
      const alerted = events.filter(({ event, context }) => {
        const match = rules.match(event, context, (_, device) => times.get(device));
        for (const { device, time } of match.cooldowns) times.set(device, time);
        return match.alerts.length > 0;
      });
      expect(dryRun(rule, events).events).toEqual(alerted.map(({ event }) => event));
    });
    expect(() => fc.assert(same, { seed: 8 })).not.toThrow();
  });
});
