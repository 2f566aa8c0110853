import { describe, expect, it } from "vitest";
import type { ShareRecord } from "#ports";
import { type OpenFixture, withStore } from "./fixture.ts";

const shareOf = (id: string, more: Partial<ShareRecord> = {}): ShareRecord => ({
  id,
  workspace: "main",
  name: `Share ${id}`,
  what: { devices: ["van"] },
  track: false,
  hash: `hash-${id}`,
  by: { person: "p1" },
  byName: "kim@example.org",
  createdAt: 1,
  views: 0,
  ...more,
});

/** What every `Shares` must keep. */
export function sharesContract(name: string, open: OpenFixture): void {
  describe(`Shares: ${name}`, () => {
    it(
      "[SH1] a link is found by its id and its hash, also after a restart, and in its own workspace alone",
      withStore(open, async (fixture) => {
        const trip = shareOf("b", {
          what: { trip: { device: "van", from: 5, to: 9 } },
          to: 100,
          track: true,
          delaySeconds: 60,
          blurMeters: 500,
          embed: ["https://example.org"],
        });
        await fixture.ports.shares.create(trip);
        await fixture.ports.shares.create(shareOf("a"));
        const { shares } = await fixture.reopen();
        expect(await shares.list("main")).toEqual([shareOf("a"), trip]);
        expect(await shares.get("main", "b")).toEqual(trip);
        expect(await shares.byHash("hash-b")).toEqual(trip);
        expect(await shares.list("other")).toEqual([]);
        expect(await shares.get("other", "b")).toBeUndefined();
        expect(await shares.byHash("hash-c")).toBeUndefined();
      }),
    );

    it(
      "[SH2] a change keeps the views, and views only grow",
      withStore(open, async ({ ports: { shares } }) => {
        await shares.create(shareOf("a"));
        await shares.addViews([
          { workspace: "main", id: "a", views: 3, lastViewedAt: 70 },
          { workspace: "main", id: "gone", views: 1, lastViewedAt: 70 },
        ]);
        await shares.addViews([{ workspace: "main", id: "a", views: 2, lastViewedAt: 60 }]);
        const changed = shareOf("a", { name: "Another", revokedAt: 80 });
        expect(await shares.update(changed)).toBe(true);
        expect(await shares.get("main", "a")).toEqual({ ...changed, views: 5, lastViewedAt: 70 });
        expect(await shares.update(shareOf("none"))).toBe(false);
        expect(await shares.update({ ...changed, workspace: "other" })).toBe(false);
      }),
    );

    it(
      "[SH3] the seed of a workspace is made once, stays, and is no other's",
      withStore(open, async (fixture) => {
        const seed = await fixture.ports.shares.seed("main");
        expect(seed.length).toBeGreaterThan(40);
        expect(await fixture.ports.shares.seed("other")).not.toBe(seed);
        const { shares } = await fixture.reopen();
        expect(await shares.seed("main")).toBe(seed);
      }),
    );

    it(
      "[SH4] past 1,000 an ended one goes for a new one, and none that holds",
      withStore(open, async ({ ports: { shares } }) => {
        const all = Array.from({ length: 1000 }, (_, i) => shareOf(`s${1000 + i}`, { createdAt: i }));
        await Promise.all(all.map((share) => shares.create(share)));
        await expect(shares.create(shareOf("x", { createdAt: 5000 }))).rejects.toMatchObject({
          code: "conflict",
        });
        await shares.create(shareOf("y", { workspace: "other" }));
        await shares.update({ ...all[7]!, revokedAt: 4000 });
        await shares.update({ ...all[5]!, to: 6000 });
        await shares.create(shareOf("x", { createdAt: 5000 }));
        const ids = (await shares.list("main")).map(({ id }) => id);
        expect(ids).toHaveLength(1000);
        expect(ids).not.toContain("s1007");
        expect(ids).toContain("s1005");
      }),
    );
  });
}
