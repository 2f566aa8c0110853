import { describe, expect, it } from "vitest";
import { FakeClock } from "./testing/fakes.ts";
import { Watchers } from "./watchers.ts";

describe("watchers", () => {
  it("whoever begins to watch again while they are told is told of the next end alone", () => {
    const watchers = new Watchers(new FakeClock(0));
    let told = 0;
    const watch = (): void => {
      watchers.add(["kim"], undefined, () => {
        told++;
        if (told < 100) watch();
      });
    };
    watch();
    watch();
    watchers.end("kim");
    expect(told).toBe(2);
    watchers.end("kim");
    expect(told).toBe(4);
  });

  it("who is taken away by another one's call is not told", () => {
    const watchers = new Watchers(new FakeClock(0));
    let told = 0;
    let stop = (): void => undefined;
    watchers.add(["kim"], undefined, () => stop());
    stop = watchers.add(["kim"], undefined, () => told++);
    watchers.end("kim");
    expect(told).toBe(0);
  });
});
