import { describe, expect, it } from "vitest";
import type { Rule, Watch } from "#wire";
import { commitOf, eventOf, type OpenFixture, withStore } from "./fixture.ts";

const rule = (id: string, version = 1, workspace = "main"): Rule => ({
  id,
  workspace,
  version,
  name: `Rule ${id}`,
  enabled: true,
  events: ["enter", "exit"],
  targets: ["t1"],
  createdAt: 1,
  updatedAt: version,
});

const watch = (id: string): Watch => ({
  id,
  workspace: "main",
  version: 1,
  name: "",
  kind: "silent",
  seconds: 60,
  createdAt: 1,
  updatedAt: 1,
});

/** What every `Definitions`, and `Results` about them, must keep. */
export function definitionsContract(name: string, open: OpenFixture): void {
  describe(`Definitions: ${name}`, () => {
    it(
      "[DF1] rules and watches are found by kind, workspace and id, as they were committed last",
      withStore(open, async ({ ports: { results, definitions } }) => {
        await results.commit(
          commitOf(1, {
            definitions: [
              { of: "rule", value: rule("b") },
              { of: "rule", value: rule("a") },
              { of: "rule", value: rule("a", 1, "other") },
              { of: "watch", value: watch("a") },
            ],
          }),
        );
        await results.commit(commitOf(2, { definitions: [{ of: "rule", value: rule("a", 2) }] }));
        expect(await definitions.list("rule", "main", { limit: 9 })).toEqual([rule("a", 2), rule("b")]);
        expect(await definitions.list("rule", "main", { after: "a", limit: 9 })).toEqual([rule("b")]);
        expect(await definitions.list("rule", "main", { limit: 1 })).toEqual([rule("a", 2)]);
        expect(await definitions.list("watch", "main", { limit: 9 })).toEqual([watch("a")]);
        expect(await definitions.get("rule", "other", "a")).toEqual(rule("a", 1, "other"));
        expect(await definitions.get("watch", "main", "b")).toBeUndefined();
      }),
    );

    it(
      "[DF2] a restart finds what is defined and how it stands; a deleted rule leaves no cool-down",
      withStore(open, async (fixture) => {
        const cooldown = { workspace: "main", rule: "a", device: "bus", fence: "f", time: 5 };
        const anywhere = { workspace: "main", rule: "a", device: "bus", time: 6 };
        await fixture.ports.results.commit(
          commitOf(1, {
            definitions: [
              { of: "rule", value: rule("a") },
              { of: "rule", value: rule("b") },
              { of: "watch", value: watch("w") },
            ],
            cooldowns: [cooldown, anywhere, { ...cooldown, rule: "b" }],
            edited: [{ workspace: "main", offset: 1 }],
          }),
        );
        await fixture.ports.results.commit(
          commitOf(2, {
            cooldowns: [{ ...cooldown, time: 8 }],
            deletedDefinitions: [{ workspace: "main", of: "rule", id: "b" }],
          }),
        );
        const { results } = await fixture.reopen();
        const restored = await results.restore();
        expect(restored.definitions).toEqual([
          { of: "rule", value: rule("a") },
          { of: "watch", value: watch("w") },
        ]);
        expect(restored.cooldowns).toEqual([anywhere, { ...cooldown, time: 8 }]);
        expect(restored.edited).toEqual([{ workspace: "main", offset: 1 }]);
      }),
    );

    it(
      "[DF3] an event that withdraws or revises another changes that one, once and for good",
      withStore(open, async ({ ports: { results, events } }) => {
        const [a, b] = [eventOf("a", "bus", 1), eventOf("b", "bus", 2, { reason: "first" })];
        await results.commit(commitOf(1, { events: [a, b] }));
        const { fence: _, fenceVersion: __, ...rest } = eventOf("w", "bus", 1);
        const withdrawn = { ...rest, type: "withdrawn", withdraws: "a", detectedAt: 77 } as const;
        const revised = eventOf("r", "bus", 9, { type: "revised", revises: "b", lon: 7, late: true });
        await results.commit(commitOf(2, { events: [withdrawn, revised] }));
        await results.commit(commitOf(3, { events: [{ ...withdrawn, id: "w2", detectedAt: 99 }] }));
        expect(await events.get("main", "a")).toEqual({ ...a, withdrawnAt: 77 });
        const { reason: ___, ...plain } = b;
        expect(await events.get("main", "b")).toEqual({ ...plain, time: 9, lon: 7 });
        const page = await events.list({ workspace: "main", limit: 9 });
        expect(page.events.map(({ event }) => event.id)).toEqual(["a", "b", "w", "r", "w2"]);
        expect(page.events[2]?.event).toEqual(withdrawn);
        expect(await events.get("main", "never")).toBeUndefined();
      }),
    );
  });
}
