import { describe, expect, it } from "vitest";
import type { Fleet, Report } from "./demo/fleet.ts";
import { fly } from "./fly.ts";

const SECOND = 1000;

/** A fleet that reports its numbers, and a clock that moves when told. */
function scene(size: number, send: (lines: readonly string[]) => Promise<void>) {
  let now = 1_000_000;
  let due: { at: number; task: () => void } | undefined;
  const warned: string[] = [];
  const fleet: Fleet = {
    size,
    report: (index, time) => ({ device: String(index), time }) as unknown as Report,
  };
  const clock = {
    now: () => now,
    after(delay: number, task: () => void) {
      due = { at: now + delay, task };
      return () => {
        due = undefined;
      };
    },
  };
  const notes = { warn: (_: object, message: string) => warned.push(message) };
  const past = { span: 10 * SECOND, step: 5 * SECOND };
  return {
    warned,
    start: () => fly(fleet, { send, every: 2 * SECOND, past, clock, notes }),
    get waiting() {
      return due !== undefined;
    },
    async turn() {
      const { at, task } = due!;
      due = undefined;
      now = at;
      task();
      await new Promise(setImmediate);
    },
  };
}

describe("a fleet that flies", () => {
  it("tells its past in order, then its present, then each aircraft once in a round", async () => {
    const sent: Report[][] = [];
    const stage = scene(50, async (lines) => {
      sent.push(lines.map((line) => JSON.parse(line) as Report));
    });
    const land = await stage.start();
    expect(sent.map((batch) => [batch.length, batch[0]!.time - 1_000_000])).toEqual([
      [50, -10 * SECOND],
      [50, -5 * SECOND],
      [50, 0],
    ]);
    sent.length = 0;
    for (let turn = 0; turn < 20; turn += 1) await stage.turn();
    const reported = sent.flat().map(({ device }) => Number(device));
    expect(reported.toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
    expect(Math.max(...sent.map(({ length }) => length))).toBe(3);
    expect(sent.flat().at(-1)!.time).toBe(1_000_000 + 2 * SECOND);
    await land();
    expect(stage.waiting).toBe(false);
  });

  it("goes on after a turn that could not be delivered", async () => {
    let calls = 0;
    const stage = scene(20, async () => {
      calls += 1;
      if (calls === 4) throw new Error("busy");
    });
    const land = await stage.start();
    await stage.turn();
    await stage.turn();
    expect(stage.warned).toEqual(["the fleet could not report"]);
    expect(calls).toBe(5);
    await land();
  });
});
