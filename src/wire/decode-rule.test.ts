import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { decodeRule } from "./decode-rule.ts";
import { encodeRule } from "./encode-rule.ts";
import { isRefusal } from "./refusal.ts";

const least = { events: ["enter"], targets: ["t"] };
const full = {
  name: "Vans at night",
  enabled: false,
  events: ["enter", "exit"],
  devices: ["van-7"],
  groups: ["north"],
  fences: ["port"],
  watches: ["w"],
  schedule: { timeZone: "Europe/Paris", hours: [{ days: ["mon", "sun"], from: "22:00", to: "06:00" }] },
  condition: "position.speed > 3",
  targets: ["t", "u"],
  cooldownSeconds: 300,
  text: "{{device.name}}\nleft",
  edits: true,
};

describe("decodeRule", () => {
  it("reads every property", () => {
    expect(decodeRule(full)).toEqual(full);
  });

  it("gives a name and enables; null and empty text count as absent, a list holds each once", () => {
    const rule = { ...least, name: "", groups: null, condition: " ", text: "", events: ["exit", "exit"] };
    expect(decodeRule(rule)).toEqual({
      name: "Unnamed rule",
      enabled: true,
      events: ["exit"],
      targets: ["t"],
    });
  });

  it("takes back what encodeRule gives", () => {
    const server = { id: "r", workspace: "main", version: 3, createdAt: 1, updatedAt: 2 };
    const body = encodeRule({ ...full, ...server } as never);
    expect(body).toEqual({
      ...full,
      id: "r",
      version: 3,
      createdAt: "1970-01-01T00:00:00.001Z",
      updatedAt: "1970-01-01T00:00:00.002Z",
    });
    expect(decodeRule(body)).toEqual(full);
  });

  it("does without targets only for a dry run", () => {
    expect(decodeRule({ events: ["enter"] }, "optional")).toMatchObject({ targets: [] });
    expect(decodeRule({ events: ["enter"] })).toMatchObject({ code: "invalid_rule" });
  });

  it.each<[string, unknown, string]>([
    ["nothing", null, "null"],
    ["a list", [], "array of 0"],
    ["an unknown property", { ...least, device: ["a"] }, '"device"'],
    ["no events", { targets: ["t"] }, "events is missing"],
    ["an empty list of events", { ...least, events: [] }, "array of 0"],
    ["an unknown event", { ...least, events: ["enter", "leave"] }, 'events[1] is "leave"'],
    ["withdrawn", { ...least, events: ["withdrawn"] }, '"withdrawn"'],
    ["revised", { ...least, events: ["revised"] }, '"revised"'],
    ["no targets", { events: ["enter"] }, "targets is missing"],
    ["an empty list of devices", { ...least, devices: [] }, "devices is an array of 0"],
    ["a device for a list", { ...least, devices: "van" }, 'devices is "van"'],
    ["a group that is no text", { ...least, groups: [7] }, "groups[0] is 7"],
    ["1,001 fences", { ...least, fences: Array.from({ length: 1001 }, String) }, "array of 1001"],
    ["a name of 201", { ...least, name: "x".repeat(201) }, "name is"],
    ["enabled of 1", { ...least, enabled: 1 }, "enabled is 1"],
    ["a negative cool-down", { ...least, cooldownSeconds: -1 }, "cooldownSeconds is -1"],
    ["a cool-down of text", { ...least, cooldownSeconds: "60" }, 'cooldownSeconds is "60"'],
    ["a cool-down of years", { ...least, cooldownSeconds: 4e7 }, "40000000"],
    ["a long condition", { ...least, condition: "1".repeat(1001) }, "condition has 1001 characters"],
    ["a condition of no text", { ...least, condition: true }, "condition is true"],
    ["an escape in a text", { ...least, text: "a\u001B[31m" }, "text is"],
    [
      "a wrong schedule",
      { ...least, schedule: { timeZone: "Mars", hours: [] } },
      'schedule.timeZone is "Mars"',
    ],
  ])("refuses %s by name", (_, value, part) => {
    const result = decodeRule(value);
    expect(result).toMatchObject({ code: "invalid_rule" });
    expect((result as { detail: string }).detail).toContain(part);
  });

  it("refuses keys that reach a prototype", () => {
    expect(decodeRule(JSON.parse('{"events":["enter"],"__proto__":{}}'))).toMatchObject({
      code: "forbidden_key",
    });
  });

  it("never throws, and refuses only with codes of the catalogue", () => {
    const shaped = fc.record(
      Object.fromEntries(
        Object.entries(full).map(([key, value]) => [key, fc.oneof(fc.constant(value), fc.jsonValue())]),
      ),
      { requiredKeys: [] },
    );
    const judged = fc.property(fc.oneof(shaped, fc.jsonValue()), (value) => {
      const result = decodeRule(value);
      return !isRefusal(result) || result.code in catalogue;
    });
    expect(() => fc.assert(judged, { numRuns: 1000 })).not.toThrow();
  });
});
