import { describe, expect, it } from "vitest";
import { Pending } from "./pending.ts";
import { FakeClock } from "./testing/fakes.ts";

const bounds = { lasts: 1000, most: 5, mostOfOne: 2 };

describe("what waits between two requests", () => {
  it("is found by its secret, taken once, and gone when it is too old", () => {
    const clock = new FakeClock(0);
    const pending = new Pending<string>(clock, bounds);
    const [first, second] = [pending.put("kim", "first"), pending.put("kim", "second")];
    expect(pending.look(first)).toBe("first");
    expect(pending.take(first)).toBe("first");
    expect(pending.take(first)).toBeUndefined();
    expect(pending.look(undefined)).toBeUndefined();
    expect(pending.look(`${second}x`)).toBeUndefined();
    clock.advance(1000);
    expect(pending.take(second)).toBeUndefined();
  });

  it("is bounded: one person pushes out only what is that person's, many the oldest", () => {
    const pending = new Pending<number>(new FakeClock(0), bounds);
    const ann = pending.put("ann", 0);
    const kim = Array.from({ length: 50 }, (_, i) => pending.put("kim", i));
    expect(kim.map((secret) => pending.look(secret)).filter((n) => n !== undefined)).toEqual([48, 49]);
    expect(pending.look(ann)).toBe(0);
    for (let i = 0; i < 5; i++) pending.put(`other ${i}`, i);
    expect(pending.look(ann)).toBeUndefined();
  });
});
