import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StorePorts } from "./fixture.ts";
import { commitOf, fixesOf, fixOf, type OpenFixture, withStore } from "./fixture.ts";
import type { Fix } from "#wire";

/** What history must answer: ascending, each time once, the first copy. */
function oracle(stored: readonly Fix[], from: number, to: number, limit: number): Fix[] {
  const first = new Map<number, Fix>();
  for (const fix of stored) {
    if (fix.time >= from && fix.time <= to && !first.has(fix.time)) first.set(fix.time, fix);
  }
  return [...first.values()].sort((a, b) => a.time - b.time).slice(0, limit);
}

async function commitAll(ports: StorePorts, batches: readonly (readonly Fix[])[]): Promise<void> {
  for (const [i, batch] of batches.entries()) {
    await ports.results.commit(commitOf(i + 1, { fixes: fixesOf(batch) }));
  }
}

const step = fc.record({ device: fc.constantFrom("a", "b", "c"), time: fc.nat(3000), lon: fc.nat(180) });
const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 30 });

/** What every `History` must keep, however it settles. */
export function historyContract(name: string, open: OpenFixture): void {
  describe(`History: ${name}`, () => {
    it(
      "[HI1] a fix comes back exactly as it was committed",
      withStore(open, async (fixture) => {
        const fixes = [
          fixOf("bus", 1),
          fixOf("bus", 2, { altitude: -0.1, speed: 1 / 3, course: 359.99, accuracy: 12 }),
          fixOf("bus", 3, { attributes: { a: "é", b: null, c: 1.5, d: true, e: -3 }, outlier: true }),
          fixOf("bus", 3.5, { speed: 3, course: 4, computed: ["speed", "course"] }),
          fixOf("bus", 4, { speed: 3, course: 4, computed: ["speed"], outlier: true, late: true }),
          fixOf("bus", 4.5, { late: true, lon: -179.9999999, lat: 0.1 + 0.2 }),
        ];
        await commitAll(fixture.ports, [fixes]);
        const query = { workspace: "main", device: "bus", from: 0, to: 9, limit: 9 };
        expect(await fixture.ports.history.range(query)).toEqual(fixes);
        const { history } = await fixture.reopen();
        expect(await history.range(query)).toEqual(fixes);
      }),
    );

    it(
      "[HI2] bounds are inclusive, the limit cuts the end, other devices and workspaces stay out",
      withStore(open, async ({ ports }) => {
        const fixes = [10, 20, 30, 40].map((time) => fixOf("bus", time));
        await commitAll(ports, [fixes, [fixOf("tram", 20)]]);
        await ports.results.commit(commitOf(9, { fixes: fixesOf([fixOf("bus", 25)], "other") }));
        const range = (from: number, to: number, limit: number): Promise<readonly Fix[]> =>
          ports.history.range({ workspace: "main", device: "bus", from, to, limit });
        expect(await range(20, 30, 9)).toEqual(fixes.slice(1, 3));
        expect(await range(0, 99, 2)).toEqual(fixes.slice(0, 2));
        expect(await range(41, 99, 2)).toEqual([]);
        expect(
          await ports.history.range({ workspace: "main", device: "no", from: 0, to: 9, limit: 9 }),
        ).toEqual([]);
      }),
    );

    it(
      "[HI3] of two copies of one time the first one stays",
      withStore(open, async (fixture) => {
        const first = fixOf("bus", 10, { speed: 1 });
        await commitAll(fixture.ports, [[first], [fixOf("bus", 10, { speed: 2 })]]);
        const query = { workspace: "main", device: "bus", from: 0, to: 99, limit: 9 };
        expect(await fixture.ports.history.range(query)).toEqual([first]);
        expect(await (await fixture.reopen()).history.range(query)).toEqual([first]);
      }),
    );

    it(
      "[HI4] known answers exactly the stored times",
      withStore(open, async (fixture) => {
        await commitAll(fixture.ports, [[10, 30, 20.5].map((time) => fixOf("bus", time))]);
        const asked = [9, 10, 20, 20.5, 30, 31];
        const stored = new Set([10, 20.5, 30]);
        expect(await fixture.ports.history.known("main", "bus", asked)).toEqual(stored);
        expect(await fixture.ports.history.known("main", "tram", asked)).toEqual(new Set());
        expect(await fixture.ports.history.known("main", "bus", [])).toEqual(new Set());
        expect(await (await fixture.reopen()).history.known("main", "bus", asked)).toEqual(stored);
      }),
    );

    it("[HI5] any order of arrival, any settling, any span: the answer equals the oracle's", async () => {
      const property = fc.asyncProperty(
        batches,
        fc.nat(3000),
        fc.nat(3000),
        fc.integer({ min: 1, max: 500 }),
        async (given, from, to, limit) => {
          const test = withStore(
            open,
            async (fixture) => {
              const fixes = given.map((batch) => batch.map((fix) => ({ ...fix, lat: 1 })));
              const check = async (ports: StorePorts): Promise<void> => {
                for (const device of ["a", "b", "c"]) {
                  const stored = fixes.flat().filter((fix) => fix.device === device);
                  const query = { workspace: "main", device, from, to, limit };
                  expect(await ports.history.range(query)).toEqual(oracle(stored, from, to, limit));
                  const times = Array.from({ length: 200 }, (_, i) => from + i);
                  const held = new Set(stored.map(({ time }) => time));
                  const known = await ports.history.known("main", device, times);
                  expect([...known].sort((a, b) => a - b)).toEqual(times.filter((time) => held.has(time)));
                }
              };
              await commitAll(fixture.ports, fixes);
              await check(fixture.ports);
              await check(await fixture.reopen());
            },
            { settleFixes: 700 },
          );
          await test();
        },
      );
      await fc.assert(property, { numRuns: 5 });
    });
  });
}
