import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paced } from "./pace.ts";

/** A clock that only moves when somebody sleeps. */
function fakeBeat() {
  let at = 1000;
  return {
    now: () => at,
    sleep: async (ms: number) => {
      at += ms;
    },
    pass: (ms: number) => {
      at += ms;
    },
  };
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe("pacing", () => {
  it("sends each item when it is due, those due together in one batch", async () => {
    const beat = fakeBeat();
    const items = [0, 0, 5, 10_000, 20_000].map((time) => ({ time }));
    const sent: [number, number[]][] = [];
    for await (const batch of paced(from(items), { speed: 10, first: 0, batch: 100, beat })) {
      sent.push([beat.now() - 1000, batch.map(({ time }) => time)]);
    }
    expect(sent).toEqual([
      [0, [0, 0]],
      [20, [5]],
      [1000, [10_000]],
      [2000, [20_000]],
    ]);
  });

  it("catches up in full batches after a slow reader, and never changes the order", async () => {
    const gaps = fc.array(fc.nat(5000), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 9 }), fc.nat(3000), async (steps, batch, slow) => {
        const beat = fakeBeat();
        let time = 50;
        const items = steps.map((step) => ({ time: (time += step) }));
        const out: { time: number }[] = [];
        for await (const part of paced(from(items), { speed: 3, first: 50, batch, beat })) {
          expect(part.length).toBeLessThanOrEqual(batch);
          for (const item of part) expect(1000 + (item.time - 50) / 3).toBeLessThanOrEqual(beat.now());
          out.push(...part);
          beat.pass(slow);
        }
        expect(out).toEqual(items);
      }),
    );
  });

  it("does not wait at the highest speed", async () => {
    const beat = fakeBeat();
    const items = [1, 50, 1e9].map((time) => ({ time }));
    const order = { speed: Number.POSITIVE_INFINITY, first: 1, batch: 2, beat };
    expect(await Array.fromAsync(paced(from(items), order))).toEqual([items.slice(0, 2), items.slice(2)]);
    expect(beat.now()).toBe(1000);
  });
});
