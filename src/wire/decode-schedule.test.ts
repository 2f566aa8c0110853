import { describe, expect, it } from "vitest";
import { decodeSchedule, isTimeZone } from "./decode-schedule.ts";

const hours = { days: ["mon"], from: "08:00", to: "17:00" };
const schedule = { timeZone: "Asia/Kathmandu", hours: [hours] };

describe("decodeSchedule", () => {
  it("reads hours of a day, to its end and past midnight", () => {
    const all = {
      timeZone: "America/St_Johns",
      hours: [hours, { ...hours, to: "24:00" }, { ...hours, from: "22:00", to: "00:00" }],
    };
    expect(decodeSchedule(all)).toEqual(all);
  });

  it.each<[string, unknown, string]>([
    ["text", "always", 's is "always"'],
    ["a typo", { ...schedule, zone: "x" }, '"zone"'],
    ["no zone", { hours: [hours] }, "s.timeZone is nothing"],
    ["no hours", { ...schedule, hours: [] }, "s.hours is an array of 0"],
    ["101 hours", { ...schedule, hours: Array.from({ length: 101 }, () => hours) }, "array of 101"],
    ["hours of text", { ...schedule, hours: ["8-17"] }, 's.hours[0] is "8-17"'],
    ["hours with a typo", { ...schedule, hours: [{ ...hours, until: "1" }] }, '"until"'],
    ["no day", { ...schedule, hours: [{ ...hours, days: [] }] }, "s.hours[0].days"],
    ["from 24:00", { ...schedule, hours: [{ ...hours, from: "24:00" }] }, 's.hours[0].from is "24:00"'],
    ["to 24:01", { ...schedule, hours: [{ ...hours, to: "24:01" }] }, 's.hours[0].to is "24:01"'],
    ["to a number", { ...schedule, hours: [{ ...hours, to: 17 }] }, "s.hours[0].to is 17"],
  ])("refuses %s by name", (_, value, part) => {
    const result = decodeSchedule(value, "s", "invalid_fence");
    expect(result).toMatchObject({ code: "invalid_fence" });
    expect((result as { detail: string }).detail).toContain(part);
  });

  it("knows time zones by their IANA names only", () => {
    for (const name of ["UTC", "Europe/Paris", "Etc/GMT+5", "America/Argentina/Buenos_Aires"]) {
      expect(isTimeZone(name), name).toBe(true);
    }
    for (const name of ["", "+01:00", "Europe/Atlantis", " UTC", "x".repeat(100), 7, null, "__proto__"]) {
      expect(isTimeZone(name), String(name)).toBe(false);
    }
  });
});
