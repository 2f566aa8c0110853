import { describe, expect, it } from "vitest";
import { intoPresent } from "./present.ts";

function fixAt(device: string, time: number) {
  return { device, time, line: JSON.stringify({ device, time, lon: 1 }) };
}

describe("moving a recording into the present", () => {
  it("makes the first fix now and shrinks the gaps with the speed", () => {
    const shift = intoPresent(1000, 5000, 10);
    expect(JSON.parse(shift(fixAt("a", 1000)).line)).toEqual({ device: "a", time: 5000, lon: 1 });
    expect(JSON.parse(shift(fixAt("b", 3000)).line)).toMatchObject({ time: 5200 });
  });

  it("keeps fixes of a device apart, and duplicates duplicates", () => {
    const shift = intoPresent(0, 5000, 50_000);
    const times = [0, 1000, 1000, 2000].map(
      (time) => JSON.parse(shift(fixAt("a", time)).line).time as number,
    );
    expect(times).toEqual([5000, 5001, 5001, 5002]);
  });
});
