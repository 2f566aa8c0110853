import { expect, it } from "vitest";
import { waitBefore } from "./reconnect.ts";

it("tries again within a second, then ever later, up to a bound, and never all at once", () => {
  expect(waitBefore(0, 0)).toBeGreaterThanOrEqual(200);
  expect(waitBefore(0, 0.999)).toBeLessThan(1_000);
  for (let failed = 0; failed < 100; failed++) {
    expect(waitBefore(failed + 1, 0.5)).toBeGreaterThanOrEqual(waitBefore(failed, 0.5));
    expect(waitBefore(failed, 0.999)).toBeLessThanOrEqual(5_000);
    expect(waitBefore(failed, 0.999)).toBeGreaterThan(3 * waitBefore(failed, 0));
  }
});
