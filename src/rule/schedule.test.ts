import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WEEKDAYS, type Schedule, type Weekday } from "#wire";
import { isActive, nextDeadline, showHours, showWallTime } from "./schedule.ts";

const MINUTE = 60_000;
const at = (time: string): number => Date.parse(time);

/** Weeks around changes of clocks, one a zone in each direction where there are any, and one without. */
const WEEKS: readonly (readonly [zone: string, from: string])[] = [
  ["Europe/Paris", "2026-03-26T00:00:00Z"],
  ["Europe/Paris", "2026-10-22T00:00:00Z"],
  ["America/New_York", "2026-03-05T00:00:00Z"],
  ["America/New_York", "2026-10-29T00:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-02T00:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-01T00:00:00Z"],
  ["Asia/Kathmandu", "2026-06-01T00:00:00Z"],
  ["America/St_Johns", "2026-03-05T00:00:00Z"],
  // A minute past midnight, until 2011.
  ["America/St_Johns", "2010-11-04T00:00:00Z"],
  // The whole of 2011-12-30 was left out.
  ["Pacific/Apia", "2011-12-27T00:00:00Z"],
];

/** What `Intl` says of every minute of seven days: `mon 08:00`, and a number that orders wall times. */
const minutesOf = (zone: string, from: string) => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Array.from({ length: 7 * 1440 }, (_, index) => {
    const time = at(from) + index * MINUTE;
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const day = `${part["year"]}-${part["month"]}-${part["day"]}`;
    const weekday = part["weekday"]!.toLowerCase() as Weekday;
    return { time, day, weekday, clock: `${part["hour"]}:${part["minute"]}` };
  });
};

const dayBefore = (day: string): string =>
  new Date(at(`${day}T00:00Z`) - 86_400_000).toISOString().slice(0, 10);
const weekdayOf = (day: string): Weekday => WEEKDAYS[(new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7]!;

const weeks = WEEKS.map(([zone, from]) => ({ zone, from, minutes: minutesOf(zone, from) }));
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
const clock = fc
  .oneof(fc.nat(1439), fc.constantFrom(0, 1, 60, 90, 119, 120, 121, 150, 165, 179, 180, 1439))
  .map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`,
  );

describe("isActive", () => {
  const office: Schedule = {
    timeZone: "Europe/Paris",
    hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "17:00" }],
  };

  it("[RS1] includes the first minute and not the last", () => {
    expect(isActive(office, at("2026-06-01T06:00:00Z"))).toBe(true);
    expect(isActive(office, at("2026-06-01T05:59:59.999Z"))).toBe(false);
    expect(isActive(office, at("2026-06-01T14:59:59.999Z"))).toBe(true);
    expect(isActive(office, at("2026-06-01T15:00:00Z"))).toBe(false);
    expect(isActive(office, at("2026-06-06T10:00:00Z"))).toBe(false);
  });

  it("[RS2] passes midnight into the day after, also from Sunday to Monday", () => {
    const night: Schedule = { timeZone: "UTC", hours: [{ days: ["sun"], from: "22:00", to: "06:00" }] };
    expect(isActive(night, at("2026-06-07T21:59:00Z"))).toBe(false);
    expect(isActive(night, at("2026-06-07T22:00:00Z"))).toBe(true);
    expect(isActive(night, at("2026-06-08T05:59:00Z"))).toBe(true);
    expect(isActive(night, at("2026-06-08T06:00:00Z"))).toBe(false);
    expect(isActive(night, at("2026-06-07T05:00:00Z"))).toBe(false);
  });

  it("[RS3] knows the whole day as 00:00 to 24:00, and equal times as 24 hours", () => {
    const day: Schedule = { timeZone: "UTC", hours: [{ days: ["mon"], from: "00:00", to: "24:00" }] };
    expect(isActive(day, at("2026-06-01T00:00:00Z"))).toBe(true);
    expect(isActive(day, at("2026-06-01T23:59:59.999Z"))).toBe(true);
    expect(isActive(day, at("2026-06-02T00:00:00Z"))).toBe(false);
    const around: Schedule = { timeZone: "UTC", hours: [{ days: ["mon"], from: "08:00", to: "08:00" }] };
    expect(isActive(around, at("2026-06-01T07:59:00Z"))).toBe(false);
    expect(isActive(around, at("2026-06-02T07:59:00Z"))).toBe(true);
    expect(isActive(around, at("2026-06-02T08:00:00Z"))).toBe(false);
  });

  it.each(weeks)("[RS4] agrees with every minute of a week: $zone from $from", ({ zone, minutes }) => {
    const hours = fc.array(fc.record({ days, from: clock, to: fc.oneof(clock, fc.constant("24:00")) }), {
      minLength: 1,
      maxLength: 3,
    });
    const agrees = fc.property(hours, (list) =>
      minutes.every(({ time, day, weekday, clock }) => {
        const eve = weekdayOf(dayBefore(day));
        const active = list.some(({ days, from, to }) =>
          from < to
            ? days.includes(weekday) && clock >= from && clock < to
            : (days.includes(weekday) && clock >= from) || (days.includes(eve) && clock < to),
        );
        return isActive({ timeZone: zone, hours: list }, time) === active;
      }),
    );
    expect(() => fc.assert(agrees, { numRuns: 4, seed: 1 })).not.toThrow();
  });
});

describe("nextDeadline", () => {
  const every = [...WEEKDAYS];

  it("[RS5] is strictly after, and begins where its stretch does", () => {
    const school = { days: ["mon"], by: "08:30", from: "07:00", timeZone: "Europe/Paris" } as const;
    const due = at("2026-06-01T06:30:00Z");
    expect(nextDeadline(school, due - 1)).toEqual({ due, start: at("2026-06-01T05:00:00Z") });
    expect(nextDeadline(school, due).due).toBe(at("2026-06-08T06:30:00Z"));
    expect(nextDeadline({ days: ["mon"], by: "08:30", timeZone: "UTC" }, 0)).toEqual({
      due: at("1970-01-05T08:30:00Z"),
      start: at("1970-01-05T08:30:00Z"),
    });
  });

  it("[RS6] begins on the day before when `from` is not earlier than `by`; 24:00 ends the day", () => {
    const night = { days: ["mon"], by: "06:00", from: "22:00", timeZone: "UTC" } as const;
    expect(nextDeadline(night, at("2026-06-01T00:00:00Z"))).toEqual({
      due: at("2026-06-01T06:00:00Z"),
      start: at("2026-05-31T22:00:00Z"),
    });
    const end = { days: ["mon"], by: "24:00", from: "18:00", timeZone: "UTC" } as const;
    expect(nextDeadline(end, at("2026-06-01T23:59:59Z"))).toEqual({
      due: at("2026-06-02T00:00:00Z"),
      start: at("2026-06-01T18:00:00Z"),
    });
  });

  it("[RS7] takes the jump for a time that is left out, and the first of two", () => {
    const by = (time: string, timeZone: string, after: string) =>
      new Date(nextDeadline({ days: every, by: time, timeZone }, at(after)).due).toISOString();
    expect(by("02:30", "Europe/Paris", "2026-03-28T12:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
    expect(by("02:30", "Europe/Paris", "2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(by("02:30", "Europe/Paris", "2026-10-25T00:30:00Z")).toBe("2026-10-26T01:30:00.000Z");
    expect(by("02:15", "Australia/Lord_Howe", "2026-10-03T12:00:00Z")).toBe("2026-10-03T15:30:00.000Z");
  });

  it.each(weeks)("[RS8] agrees with every minute of a week: $zone from $from", ({ zone, minutes }) => {
    // Of each day that has begun within the week: the first minute at which clocks show the time, or later.
    const walls = minutes.map(({ day, clock }) => `${day} ${clock}`);
    const agrees = fc.property(days, clock, (days, by) => {
      const dates: string[] = [];
      for (let date = walls[0]!.slice(0, 10); date <= walls.at(-1)!.slice(0, 10);) {
        if (`${date} ${by}` > walls[0]! && days.includes(weekdayOf(date))) dates.push(date);
        date = new Date(at(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
      }
      const dues = dates.flatMap((date) => {
        const index = walls.findIndex((wall) => wall >= `${date} ${by}`);
        return index < 0 ? [] : [minutes[index]!.time];
      });
      const found: number[] = [];
      const last = minutes.at(-1)!.time;
      let due = nextDeadline({ days, by, timeZone: zone }, minutes[0]!.time).due;
      for (; due <= last; due = nextDeadline({ days, by, timeZone: zone }, due).due) found.push(due);
      expect(found).toEqual([...new Set(dues)]);
    });
    expect(() => fc.assert(agrees, { numRuns: 40, seed: 2 })).not.toThrow();
  });

  it("[RS9] answers from memory what it would answer anew, for more zones than it remembers", () => {
    const zones = Intl.supportedValuesOf("timeZone").slice(0, 150);
    const ask = () =>
      zones.map(
        (timeZone) => nextDeadline({ days: ["wed"], by: "12:00", timeZone }, at("2026-06-01T00:00Z")).due,
      );
    expect(ask()).toEqual(ask());
  });
});

describe("showing", () => {
  it("[RS10] writes hours and wall times in a line", () => {
    const hours = [
      { days: ["fri", "mon", "tue", "wed", "thu"], from: "08:00", to: "17:00" },
      { days: ["sat", "sun"], from: "10:00", to: "24:00" },
    ] as const;
    expect(showHours({ timeZone: "UTC", hours })).toBe("Mon-Fri 08:00-17:00, Sat+Sun 10:00-24:00");
    expect(showHours({ timeZone: "UTC", hours: [...hours, ...hours, ...hours] })).toContain(", 1 more");
    expect(showWallTime("Europe/Paris", at("2026-06-02T04:12:59Z"))).toBe("Tue 06:12 in Europe/Paris");
  });
});
