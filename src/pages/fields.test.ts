import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeRule,
  decodeTarget,
  decodeWatch,
  WEEKDAYS,
  type Rule,
  type Target,
  type Watch,
  type WatchKind,
} from "#wire";
import { secondsOf, spanFields } from "./field-text.ts";
import { askableEvents, newRule, ruleBody, ruleFields } from "./rule-fields.ts";
import { newTarget, targetBody, targetFields } from "./target-fields.ts";
import { newWatch, watchBody, watchFields, watchKinds } from "./watch-fields.ts";

const owned = { workspace: "main", version: 1, createdAt: 0, updatedAt: 0 };

const id = fc.stringMatching(/^[A-Za-z0-9,<"' _-]{1,20}$/).filter((text) => text.trim() === text);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 4 });
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`);
const seconds = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(60, 900, 3600, 86_400));

const rules: fc.Arbitrary<Rule> = fc
  .record(
    {
      name: fc.stringMatching(/^[A-Za-z<>&"' ]{1,30}$/).filter((text) => text.trim() === text),
      enabled: fc.boolean(),
      events: fc.uniqueArray(fc.constantFrom(...askableEvents), { minLength: 1 }),
      targets: ids,
      fences: ids,
      groups: ids,
      devices: ids,
      watches: ids,
      schedule: fc.record({
        timeZone: fc.constantFrom("UTC", "Europe/Paris"),
        hours: fc.array(fc.record({ days, from: time, to: time }), { minLength: 1, maxLength: 3 }),
      }),
      condition: fc.constantFrom("position.speed > 1.0", `device.id == "a<b"`),
      cooldownSeconds: seconds,
      text: fc.constantFrom("{{device.name}}", "line\nline", "  led by spaces"),
      edits: fc.boolean(),
    },
    { requiredKeys: ["name", "enabled", "events", "targets"] },
  )
  .map((rule) => Object.assign({ ...owned, id: "r" }, rule) as Rule);

describe("fields of forms", () => {
  it("say of a stored rule what it says", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const { id: _, workspace: _w, version: _v, createdAt: _c, updatedAt: _u, ...input } = rule;
        const back = decodeRule(ruleBody(ruleFields(rule, "UTC")));
        expect(back).toEqual({ ...input, edits: input.edits ?? false });
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it.each<WatchKind>([
    { kind: "silent", seconds: 900 },
    { kind: "silent", seconds: 61 },
    { kind: "motion" },
    { kind: "absent", fence: "f", days: ["mon", "sun"], by: "24:00", timeZone: "UTC" },
    { kind: "absent", fence: "f", days: ["tue"], by: "00:00", from: "07:30", timeZone: "Asia/Tokyo" },
    { kind: "proximity", radius: 200, exitMargin: 25 },
    { kind: "proximity", radius: 200, exitMargin: 25, others: { groups: ["a", "b"], devices: ["x,y"] } },
  ])("say of a watch what it says: %j", (kind) => {
    const watch: Watch = { ...owned, ...kind, id: "w", name: "Watch", devices: ["a", "b, c"], groups: ["g"] };
    const { id: _, workspace: _w, version: _v, createdAt: _c, updatedAt: _u, ...input } = watch;
    expect(decodeWatch(watchBody(watchFields(watch, "UTC")))).toEqual(input);
  });

  it("have speeds in km/h", () => {
    const watch: Watch = { ...owned, id: "w", name: "W", kind: "overspeed", speed: 50 / 3.6, seconds: 10 };
    const fields = watchFields(watch, "UTC");
    expect(fields.speed).toBe("50");
    expect(decodeWatch(watchBody(fields))).toMatchObject({ speed: expect.closeTo(50 / 3.6, 9) as number });
  });

  const target = { id: "t", workspace: "main", name: "T", enabled: false, createdAt: 0, updatedAt: 0 };
  it.each<Target>([
    { ...target, kind: "webhook", url: "https://a.example/x", secrets: ["s1", "s2"] },
    { ...target, kind: "email", to: ["a@example.org", "b@example.org"] },
    {
      ...target,
      kind: "mqtt",
      url: "mqtt://b:1883",
      topic: "x/{device}",
      qos: 2,
      username: "u",
      password: "p",
    },
  ])("say of a target what it says, and keep its secrets: %j", (stored) => {
    const fields = targetFields(stored);
    expect(JSON.stringify(fields)).not.toMatch(/s1|"p"/);
    const { id: _, workspace: _w, createdAt: _c, updatedAt: _u, ...input } = stored;
    expect(decodeTarget(targetBody(fields), stored)).toEqual(input);
  });

  it("are empty in a new form, and say then what is missing", () => {
    expect(decodeRule(ruleBody({ ...newRule("UTC"), events: [] }))).toMatchObject({ code: "invalid_rule" });
    for (const { kind } of watchKinds.filter(({ kind }) => kind !== "motion" && kind !== "silent")) {
      expect(decodeWatch(watchBody(newWatch(kind, "UTC")))).toMatchObject({ code: "invalid_watch" });
    }
    expect(decodeTarget(targetBody(newTarget("webhook")))).toMatchObject({ code: "invalid_target" });
  });

  it("have spans in the largest unit that fits, and keep what is no number to be quoted", () => {
    expect(spanFields(5400)).toEqual({ amount: "90", unit: "60" });
    expect(spanFields(172_800)).toEqual({ amount: "2", unit: "86400" });
    fc.assert(fc.property(seconds, (value) => secondsOf(spanFields(value)) === value));
    expect(secondsOf({ amount: "ten", unit: "60" })).toBe("ten");
    expect(secondsOf({ amount: " 1,5 ", unit: "60" })).toBe(90);
    expect(secondsOf({ amount: "", unit: "60" })).toBeUndefined();
  });
});
