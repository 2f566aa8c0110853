import { describe, expect, it } from "vitest";
import { Once } from "./once.ts";
import { FakeClock } from "./testing/fakes.ts";

describe("Once", () => {
  it("gives a thing once, to its workspace, for ten minutes", () => {
    const clock = new FakeClock(0);
    const once = new Once<string>(clock);
    const key = once.put("main", "secret");
    expect(once.take("other", key)).toBeUndefined();
    expect(once.take("main", key)).toBe("secret");
    expect(once.take("main", key)).toBeUndefined();
    const late = once.put("main", "late");
    clock.advance(600_000);
    expect(once.take("main", late)).toBeUndefined();
  });

  it("forgets the oldest of more than 500", () => {
    const once = new Once<number>(new FakeClock(0));
    const keys = Array.from({ length: 501 }, (_, n) => once.put("main", n));
    expect(once.take("main", keys[0]!)).toBeUndefined();
    expect(once.take("main", keys[1]!)).toBe(1);
    expect(once.take("main", keys[500]!)).toBe(500);
  });
});
