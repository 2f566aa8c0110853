import { describe, expect, it } from "vitest";
import type { LoggedEntry } from "#ports";
import { entryOf, fenceOf, type OpenFixture, until, withStore } from "./fixture.ts";
import type { LogEntry } from "#wire";

const edits: readonly LogEntry[] = [
  { kind: "fence-put", at: 1, fence: fenceOf("f1") },
  { kind: "fence-delete", workspace: "main", at: 2, fence: "f1" },
  { kind: "device-delete", workspace: "main", at: 3, device: "bus" },
];

/** What every `Log` must keep; rule ids as in docs/spec/log.md. */
export function logContract(name: string, open: OpenFixture): void {
  describe(`Log: ${name}`, () => {
    it(
      "[LO1] offsets count 1, 2, 3 in the order of appends",
      withStore(open, async ({ ports: { log } }) => {
        expect(log.end).toBe(0);
        const offsets = await Promise.all([1, 2, 3].map((time) => log.append(entryOf("bus", time))));
        expect(offsets).toEqual([1, 2, 3]);
        expect(log.end).toBe(3);
      }),
    );

    it(
      "[LO2] a consumer gets every entry once and in order, while it is appended",
      withStore(open, async ({ ports: { log } }) => {
        const seen: LoggedEntry[] = [];
        const entries = [...edits, ...Array.from({ length: 50 }, (_, i) => entryOf(`bus ${i}`, i, 3))];
        void log.consume(0, async (batch) => {
          seen.push(...batch);
        });
        await Promise.all(entries.map((entry) => log.append(entry)));
        await until(() => seen.length === entries.length && log.backlog === 0);
        expect(seen).toEqual(entries.map((entry, i) => ({ offset: i + 1, entry })));
      }),
    );

    it(
      "[LO3] after a restart the consumer goes on behind the offset it names, without a gap",
      withStore(open, async (fixture) => {
        const entries = [...edits, ...Array.from({ length: 20 }, (_, i) => entryOf("bus", i * 10, 2))];
        await Promise.all(entries.map((entry) => fixture.ports.log.append(entry)));
        const { log } = await fixture.reopen();
        const seen: LoggedEntry[] = [];
        void log.consume(2, async (batch) => {
          seen.push(...batch);
        });
        expect(await log.append(entryOf("late", 999))).toBe(entries.length + 1);
        await until(() => seen.length === entries.length - 1);
        expect(seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 22 }, (_, i) => i + 3));
        expect(seen.slice(0, -1).map(({ entry }) => entry)).toEqual(entries.slice(2));
      }),
    );

    it(
      "[LO4] the next batch waits for the promise of the one before",
      withStore(open, async ({ ports: { log } }) => {
        let running = 0;
        let most = 0;
        let seen = 0;
        void log.consume(0, async (batch) => {
          most = Math.max(most, ++running);
          await new Promise<void>((resolve) => {
            setImmediate(resolve);
          });
          seen += batch.length;
          running--;
        });
        for (let i = 0; i < 20; i++) await log.append(entryOf("bus", i));
        await until(() => seen === 20);
        expect(most).toBe(1);
      }),
    );

    it(
      "[LO5] past the bound appends are refused as overloaded, small ones too, and accepted again when the consumer has caught up",
      withStore(
        open,
        async ({ ports: { log } }) => {
          await log.append(entryOf("bus", 0, 8));
          await expect(log.append(entryOf("bus", 100, 3))).rejects.toMatchObject({ code: "overloaded" });
          await expect(log.append(entryOf("bus", 200, 2))).rejects.toMatchObject({ code: "overloaded" });
          expect(log.backlog).toBe(8);
          const offsets: number[] = [];
          void log.consume(0, async (batch) => {
            offsets.push(...batch.map(({ offset }) => offset));
          });
          await until(() => log.backlog === 0);
          expect(await log.append(entryOf("bus", 300, 3))).toBe(2);
          await until(() => offsets.length === 2);
          expect(offsets).toEqual([1, 2]);
        },
        { maxBacklog: 10 },
      ),
    );

    it(
      "[LO6] offsets go on after everything was truncated and the log was opened again",
      withStore(open, async (fixture) => {
        for (let i = 0; i < 5; i++) await fixture.ports.log.append(entryOf("bus", i));
        await fixture.ports.log.truncate(5);
        const { log } = await fixture.reopen();
        expect(log.end).toBe(5);
        expect(await log.append(entryOf("bus", 9))).toBe(6);
      }),
    );

    it(
      "[LO7] truncation keeps what comes after its offset",
      withStore(open, async (fixture) => {
        for (let i = 0; i < 5; i++) await fixture.ports.log.append(entryOf("bus", i));
        await fixture.ports.log.truncate(3);
        const { log } = await fixture.reopen();
        const seen: number[] = [];
        void log.consume(3, async (batch) => {
          seen.push(...batch.map(({ offset }) => offset));
        });
        await until(() => seen.length === 2);
        expect(seen).toEqual([4, 5]);
      }),
    );

    it(
      "[LO8] a consumer that asks for truncated entries is refused, not given a gap",
      withStore(open, async (fixture) => {
        for (let i = 0; i < 5; i++) await fixture.ports.log.append(entryOf("bus", i));
        await fixture.ports.log.truncate(3);
        const { log } = await fixture.reopen();
        await expect(log.consume(1, async () => undefined)).rejects.toMatchObject({ code: "storage_failed" });
        await expect(log.consume(99, async () => undefined)).rejects.toThrow("The log ends at 5");
      }),
    );

    it(
      "[LO9] a barrier resolves when everything appended before it is durable",
      withStore(open, async ({ ports: { log } }) => {
        await log.barrier();
        const before = Promise.all([1, 2, 3].map((time) => log.append(entryOf("bus", time))));
        await log.barrier();
        expect(log.end).toBe(3);
        await before;
      }),
    );

    it(
      "[LO10] a closed log refuses as shutting_down and ends its consumer",
      withStore(open, async (fixture) => {
        const { log } = fixture.ports;
        const consumed = log.consume(0, async () => undefined);
        await log.append(entryOf("bus", 1));
        await fixture.reopen();
        await consumed;
        await expect(log.append(entryOf("bus", 2))).rejects.toMatchObject({ code: "shutting_down" });
      }),
    );

    it(
      "[LO11] a consumer that fails ends with its failure, and keeps nothing else from working",
      withStore(open, async ({ ports: { log } }) => {
        const consumed = log.consume(0, async () => {
          throw new Error("the sink broke");
        });
        await log.append(entryOf("bus", 1));
        await expect(consumed).rejects.toThrow("the sink broke");
        expect(await log.append(entryOf("bus", 2))).toBe(2);
      }),
    );
  });
}
