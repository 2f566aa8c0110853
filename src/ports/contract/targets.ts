import { describe, expect, it } from "vitest";
import { alertOf, commitOf, eventOf, targetOf, withStore } from "./fixture.ts";
import type { OpenOutbox } from "./outbox.ts";

/** What every `Targets` must keep. */
export function targetsContract(name: string, open: OpenOutbox): void {
  describe(`Targets: ${name}`, () => {
    it(
      "[TG1] a target is found in its workspace exactly as it was made, also after a restart",
      withStore(open, async (fixture) => {
        const { targets } = fixture.ports;
        const [a, b] = [targetOf("a"), targetOf("b", "main", { enabled: false })];
        expect(await targets.create(b)).toEqual(b);
        await targets.create(a);
        await targets.create(targetOf("a", "other"));
        expect(await targets.get("main", "a")).toEqual(a);
        expect(await targets.get("nobody", "a")).toBeUndefined();
        expect(await targets.list("main", { limit: 9 })).toEqual([a, b]);
        expect(await targets.list("main", { after: "a", limit: 9 })).toEqual([b]);
        expect(await targets.list("main", { limit: 1 })).toEqual([a]);
        expect(await (await fixture.reopen()).targets.get("main", "b")).toEqual(b);
      }),
    );

    it(
      "[TG2] an id that exists is a conflict",
      withStore(open, async ({ ports: { targets } }) => {
        await targets.create(targetOf("a"));
        await expect(targets.create(targetOf("a"))).rejects.toMatchObject({ code: "conflict" });
      }),
    );

    it(
      "[TG3] an edit replaces it; unknown ids are named",
      withStore(open, async ({ ports: { targets } }) => {
        await targets.create(targetOf("a"));
        const edited = targetOf("a", "main", { name: "Other", updatedAt: 9 });
        expect(await targets.update(edited)).toEqual(edited);
        expect(await targets.get("main", "a")).toEqual(edited);
        const unknown = { code: "unknown_target", message: 'There is no target "b"' };
        await expect(targets.update(targetOf("b"))).rejects.toMatchObject(unknown);
        await expect(targets.delete("main", "b", 5)).rejects.toMatchObject(unknown);
        await expect(targets.delete("other", "a", 5)).rejects.toMatchObject({ code: "unknown_target" });
        expect(await targets.unknown("main", ["b", "a", "c"])).toEqual(["b", "c"]);
        expect(await targets.unknown("other", ["a"])).toEqual(["a"]);
      }),
    );

    it(
      "[TG4] the alerts that wait for a deleted target become dead letters and say why; later ones are at once",
      withStore(open, async ({ ports: { targets, results, outbox } }) => {
        await targets.create(targetOf("a"));
        const events = [eventOf("1", "bus", 1), eventOf("2", "bus", 2), eventOf("3", "bus", 3)];
        const alerts = events.map((event) => alertOf(event, "a"));
        await results.commit(commitOf(1, { alerts: alerts.slice(0, 2) }));
        const [first] = (await outbox.queued({ after: 0, limit: 9 })).alerts;
        await outbox.record([
          { seq: first!.seq, state: "sent", attempt: { at: 5, duration: 1, status: 200 } },
        ]);
        await targets.delete("main", "a", 50);
        await results.commit(commitOf(2, { alerts: alerts.slice(2) }));
        expect(await outbox.queued({ after: 0, limit: 9 })).toMatchObject({ alerts: [] });
        const listed = await outbox.list({ workspace: "main", target: "a", limit: 9 });
        expect(listed.map(({ state, lastError }) => [state, lastError])).toEqual([
          ["sent", undefined],
          ["dead", "target deleted"],
          ["dead", "unknown target"],
        ]);
        const { targets: figures } = await outbox.figures();
        expect(figures).toMatchObject([{ created: 3, queued: 0, sent: 1, dead: 2, dropped: 0 }]);
        await expect(outbox.redrive({ workspace: "main", target: "a", at: 60 })).rejects.toMatchObject({
          code: "unknown_target",
        });
      }),
    );
  });
}
