import { describe, expect, it } from "vitest";
import { keepRetention } from "./retention.ts";

const DAY_MS = 86_400_000;

function scene(forget: (before: number) => Promise<number>) {
  let now = 100 * DAY_MS;
  let due: { at: number; task: () => void } | undefined;
  const logged: string[] = [];
  const note = (_: object, message: string): void => {
    logged.push(message);
  };
  const clock = {
    now: () => now,
    after(delay: number, task: () => void) {
      due = { at: now + delay, task };
      return () => (due = undefined);
    },
  };
  const stop = keepRetention({ upkeep: { forget }, clock, days: 30, notes: { info: note, error: note } });
  return {
    stop,
    logged,
    /** Lets time pass up to the task that is due, and that task run to its end. */
    async pass() {
      const { at, task } = due!;
      due = undefined;
      now = at;
      task();
      await new Promise(setImmediate);
    },
    get waiting() {
      return due !== undefined;
    },
  };
}

describe("retention", () => {
  it("forgets by days, soon after the start and then once a day, also after a failure", async () => {
    const asked: number[] = [];
    const stage = scene(async (before) => {
      asked.push(before / DAY_MS);
      if (asked.length === 1) throw new Error("busy");
      return 5;
    });
    for (let day = 0; day < 3; day += 1) await stage.pass();
    const first = 70 + 60_000 / DAY_MS;
    expect(asked).toEqual([first, first + 1, first + 2]);
    expect(stage.logged[0]).toContain("could not forget");
    expect(stage.logged[1]).toContain("forgot what is older");
    await stage.stop();
  });

  it("stops", async () => {
    const stage = scene(async () => 0);
    await stage.stop();
    expect(stage.waiting).toBe(false);
  });
});
