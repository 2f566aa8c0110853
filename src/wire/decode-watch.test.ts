import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { decodeWatch } from "./decode-watch.ts";
import { encodeWatch } from "./encode-watch.ts";
import { isRefusal } from "./refusal.ts";

const absent = { kind: "absent", fence: "school", days: ["mon"], by: "08:30", timeZone: "Europe/Paris" };
const watches = [
  { kind: "silent", seconds: 600, name: "Quiet", groups: ["north"] },
  { kind: "overspeed", speed: 33, seconds: 10, fence: "town", name: "Fast", devices: ["a"] },
  { kind: "motion", name: "Motion" },
  { ...absent, from: "07:00", name: "Not at school" },
  {
    kind: "proximity",
    radius: 200,
    exitMargin: 50,
    others: { groups: ["ships"] },
    name: "Near",
    devices: ["tug"],
  },
];

describe("decodeWatch", () => {
  it.each(watches.map((watch) => [watch.kind, watch] as const))(
    "reads %s, and takes back what encodeWatch gives",
    (_, watch) => {
      expect(decodeWatch(watch)).toEqual(watch);
      const server = { id: "w", workspace: "main", version: 2, createdAt: 0, updatedAt: 0 };
      const body = encodeWatch({ ...watch, ...server } as never);
      expect(body).not.toHaveProperty("workspace");
      expect(body).toMatchObject({ id: "w", version: 2, createdAt: "1970-01-01T00:00:00.000Z" });
      expect(decodeWatch(body)).toEqual(watch);
    },
  );

  it("gives a name, and a tenth of the radius as margin, at least 10 m", () => {
    expect(decodeWatch({ kind: "motion" })).toEqual({ kind: "motion", name: "Unnamed watch" });
    expect(decodeWatch({ kind: "proximity", radius: 500 })).toMatchObject({ exitMargin: 50 });
    expect(decodeWatch({ kind: "proximity", radius: 5 })).toMatchObject({ exitMargin: 10 });
    expect(decodeWatch({ kind: "proximity", radius: 5, exitMargin: 0 })).toMatchObject({ exitMargin: 0 });
  });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "nothing"],
    ["an unknown kind", { kind: "toString" }, '"toString"'],
    ["a property of another kind", { kind: "motion", seconds: 5 }, '"seconds"'],
    ["no seconds", { kind: "silent" }, "seconds is missing"],
    ["half a second", { kind: "silent", seconds: 0.5 }, "seconds is 0.5"],
    ["seconds of years", { kind: "silent", seconds: 4e7 }, "40000000"],
    ["an impossible speed", { kind: "overspeed", speed: 20_001, seconds: 5 }, "speed is 20001"],
    ["no fence", { ...absent, fence: null }, "fence is missing"],
    ["no days", { ...absent, days: undefined }, "days is missing"],
    ["a day that is none", { ...absent, days: ["Monday"] }, 'days[0] is "Monday"'],
    ["a time that is none", { ...absent, by: "8:30" }, 'by is "8:30"'],
    ["from 24:00", { ...absent, from: "24:00" }, 'from is "24:00"'],
    ["an offset for a zone", { ...absent, timeZone: "+01:00" }, '"+01:00"'],
    ["a radius of 0", { kind: "proximity", radius: 0 }, "radius is 0"],
    ["a radius too long", { kind: "proximity", radius: 100_001 }, "100001"],
    ["others of nobody", { kind: "proximity", radius: 9, others: {} }, "others is an empty object"],
    ["others with a typo", { kind: "proximity", radius: 9, others: { group: ["a"] } }, '"group"'],
    ["an empty group of others", { kind: "proximity", radius: 9, others: { groups: [] } }, "others.groups"],
  ])("refuses %s by name", (_, value, part) => {
    const result = decodeWatch(value);
    expect(result).toMatchObject({ code: "invalid_watch" });
    expect((result as { detail: string }).detail).toContain(part);
  });

  it("never throws, and refuses only with codes of the catalogue", () => {
    const any = fc.jsonValue();
    const shaped = fc.oneof(
      ...watches.map((watch) =>
        fc.record(
          Object.fromEntries(
            Object.entries(watch).map(([key, value]) => [key, fc.oneof(fc.constant<unknown>(value), any)]),
          ),
          { requiredKeys: [] },
        ),
      ),
    );
    const judged = fc.property(fc.oneof(shaped, any), (value) => {
      const result = decodeWatch(value);
      return !isRefusal(result) || result.code in catalogue;
    });
    expect(() => fc.assert(judged, { numRuns: 1000 })).not.toThrow();
  });
});
