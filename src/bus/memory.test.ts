import { describe, expect, it } from "vitest";
import type { News } from "#ports";
import { createMemoryBus } from "./memory.ts";

const news: News = { kind: "device-deleted", workspace: "main", device: "bus" };

describe("memory bus", () => {
  it("calls handlers at once, in the order of their subscription, the same function as often as it subscribed", () => {
    const bus = createMemoryBus();
    const called: string[] = [];
    const twice = (): void => void called.push("twice");
    bus.subscribe(twice);
    bus.subscribe(() => void called.push("other"));
    const stop = bus.subscribe(twice);
    bus.publish(news);
    expect(called).toEqual(["twice", "other", "twice"]);
    stop();
    stop();
    bus.publish(news);
    expect(called.slice(3)).toEqual(["twice", "other"]);
  });

  it("lets a handler unsubscribe itself or another while news go out", () => {
    const bus = createMemoryBus();
    const called: string[] = [];
    const stops: (() => void)[] = [];
    stops.push(
      bus.subscribe(() => {
        called.push("first");
        for (const stop of stops) stop();
      }),
      bus.subscribe(() => void called.push("second")),
    );
    bus.publish(news);
    bus.publish(news);
    expect(called).toEqual(["first"]);
  });

  it("keeps a handler that throws from harming the others, and names what failed", () => {
    const logged: object[] = [];
    const bus = createMemoryBus({ error: (details) => void logged.push(details) });
    const called: string[] = [];
    const err = new Error("broken");
    bus.subscribe(() => {
      throw err;
    });
    bus.subscribe(({ kind }) => void called.push(kind));
    bus.publish(news);
    expect(called).toEqual(["device-deleted"]);
    expect(logged).toEqual([{ err, kind: "device-deleted" }]);
  });

  it("throws what failed, after everybody was called, when nobody logs it", () => {
    const bus = createMemoryBus();
    const called: string[] = [];
    bus.subscribe(() => {
      throw new Error("broken");
    });
    bus.subscribe(({ kind }) => void called.push(kind));
    expect(() => bus.publish(news)).toThrow("subscribers failed on device-deleted");
    expect(called).toEqual(["device-deleted"]);
  });
});
