import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "#wire";
import { Clearings } from "./clearings.ts";

const HOUR = 3_600_000;

let now = 0;
let timers: (() => void)[] = [];
let closed: string[] = [];
let forgotten: string[] = [];
const clock = {
  now: () => now,
  after: (_: number, task: () => void) => {
    timers.push(task);
    return () => undefined;
  },
};
const logger = { info: () => undefined, error: () => undefined };

const make = (closing: readonly string[] = []): Clearings =>
  new Clearings({
    clock,
    logger,
    workspaces: {
      close: async (id) => {
        if (id === "none") return false;
        closed.push(id);
        return true;
      },
      closing: async () => closing,
    },
  });

/** A deletion that ends when told, well or not. */
const held = () => {
  const ends: PromiseWithResolvers<void>[] = [];
  const cleared: string[] = [];
  const clear = (id: string): Promise<void> => {
    cleared.push(id);
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  };
  return { ends, cleared, clear };
};

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

const forget = (id: string): void => void forgotten.push(id);

beforeEach(() => {
  [now, timers, closed, forgotten] = [0, [], [], []];
});

describe("deleting workspaces", () => {
  it("[AC35] nothing comes in from the moment that it begins until an hour after it has ended", async () => {
    const { ends, clear } = held();
    const clearings = make();
    clearings.start(clear, forget);
    const begun = clearings.begin("ferry");
    expect(clearings.isClosed("ferry")).toBe(true);
    await begun;
    expect(forgotten).toEqual(["ferry"]);
    await expect(clearings.begin("ferry")).rejects.toMatchObject({ code: "not_found" });
    await turns();
    ends[0]?.resolve();
    await turns();
    now = HOUR - 1;
    expect(() => clearings.mustBeFree("ferry")).toThrow("within the last hour");
    expect(clearings.isClosed("ferry")).toBe(true);
    now = HOUR;
    expect(() => clearings.mustBeFree("ferry")).not.toThrow();
    expect(clearings.isClosed("ferry")).toBe(false);
  });

  it("[AC35] the first one, and one that there is not, stay as they are", async () => {
    const clearings = make();
    clearings.start(held().clear, forget);
    await expect(clearings.begin("main")).rejects.toMatchObject({ code: "conflict" });
    await expect(clearings.begin("none")).rejects.toMatchObject({ code: "not_found" });
    expect([clearings.isClosed("main"), clearings.isClosed("none"), closed, forgotten]).toEqual([
      false,
      false,
      [],
      [],
    ]);
  });

  it("[AC35] a start goes on with what was begun, one after the other, and tries again what failed", async () => {
    const { ends, cleared, clear } = held();
    const clearings = make(["bus", "ferry"]);
    await clearings.recall();
    expect(clearings.isClosed("bus")).toBe(true);
    clearings.start(clear, forget);
    await turns();
    expect(cleared).toEqual(["bus"]);
    ends[0]?.reject(new Problem("storage_full", "full"));
    await turns();
    expect(cleared).toEqual(["bus", "ferry"]);
    ends[1]?.resolve();
    timers[0]?.();
    await turns();
    expect(cleared).toEqual(["bus", "ferry", "bus"]);
    expect(clearings.isClosed("bus")).toBe(true);
    ends[2]?.resolve();
    await clearings.close();
  });
});
