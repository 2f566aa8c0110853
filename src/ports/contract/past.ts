import { describe, expect, it } from "vitest";
import type { Base, BaseOf } from "#ports";
import { commitOf, eventOf, fixesOf, fixOf, type OpenFixture, recordOf, withStore } from "./fixture.ts";

const base = (time: number): Base => ({ time, state: { track: { newest: time }, fence: { inside: ["a"] } } });
const kept = (time: number, reset = false): BaseOf => ({
  workspace: "main",
  device: "bus",
  base: base(time),
  reset,
});

/** What every `Past` must keep. */
export function pastContract(name: string, open: OpenFixture): void {
  describe(`Past: ${name}`, () => {
    it(
      "[PA1] without a base the stretch begins before the first fix; an unknown device has none",
      withStore(open, async ({ ports: { results, past } }) => {
        const fixes = [fixOf("bus", 1), fixOf("bus", 2)];
        await results.commit(commitOf(1, { fixes: fixesOf(fixes), events: [eventOf("e", "bus", 1)] }));
        expect(await past.stretch("main", "bus", 0)).toEqual({ fixes, events: [eventOf("e", "bus", 1)] });
        expect(await past.stretch("main", "tram", 0)).toEqual({ fixes: [], events: [] });
        expect(await past.stretch("other", "bus", 0)).toEqual({ fixes: [], events: [] });
      }),
    );

    it(
      "[PA2] the two newest bases are kept; what is older than the earlier one is left out",
      withStore(open, async (fixture) => {
        const times = [1, 100, 200, 300, 400];
        const fixes = times.map((time) => fixOf("bus", time));
        const events = times.map((time) => eventOf(`e${time}`, "bus", time - 50, { fix: time }));
        const { results, past } = fixture.ports;
        await results.commit(commitOf(1, { fixes: fixesOf(fixes), events, bases: [kept(100)] }));
        expect(await past.stretch("main", "bus", 0)).toEqual({ later: base(100), fixes, events });
        await results.commit(commitOf(2, { bases: [kept(200), kept(300)] }));
        const { past: again } = await fixture.reopen();
        expect(await again.stretch("main", "bus", 0)).toEqual({
          earlier: base(200),
          later: base(300),
          fixes: fixes.slice(3),
          events: events.slice(3),
        });
      }),
    );

    it(
      "[PA3] after a reset nothing older may be judged again",
      withStore(open, async ({ ports: { results, past } }) => {
        const fixes = [1, 2, 3].map((time) => fixOf("bus", time));
        await results.commit(commitOf(1, { fixes: fixesOf(fixes), bases: [kept(1), kept(2, true)] }));
        const stretch = await past.stretch("main", "bus", 0);
        expect(stretch).toEqual({ earlier: base(2), later: base(2), fixes: fixes.slice(2), events: [] });
      }),
    );

    it(
      "[PA4] an event counts from when it was shown, not from its fix",
      withStore(open, async ({ ports: { results, past, events } }) => {
        const early = eventOf("early", "bus", 10, { fix: 10 });
        const shown = eventOf("shown", "bus", 10, { fix: 10, shown: 60, type: "exit" });
        await results.commit(
          commitOf(1, {
            fixes: fixesOf([fixOf("bus", 10)]),
            events: [early, shown],
            bases: [kept(50, true)],
          }),
        );
        expect((await past.stretch("main", "bus", 0)).events).toEqual([shown]);
        expect(await events.get("main", "shown")).toEqual(shown);
      }),
    );

    it(
      "[PA5] a deleted device leaves no base to a later one of its id",
      withStore(open, async ({ ports: { results, past } }) => {
        const parts = { fixes: fixesOf([fixOf("bus", 9)]), devices: [recordOf(fixOf("bus", 9))] };
        await results.commit(commitOf(1, { ...parts, bases: [kept(5)] }));
        await results.commit(commitOf(2, { deletedDevices: [{ workspace: "main", device: "bus" }] }));
        await results.commit(commitOf(3, { fixes: fixesOf([fixOf("bus", 7)]) }));
        expect(await past.stretch("main", "bus", 0)).toEqual({ fixes: [fixOf("bus", 7)], events: [] });
      }),
    );

    it(
      "[PA6] the stretch begins behind the newest base that is old enough, and one of the same time is replaced",
      withStore(open, async ({ ports: { results, past } }) => {
        const fixes = [100, 200, 300].map((time) => fixOf("bus", time));
        await results.commit(commitOf(1, { fixes: fixesOf(fixes), bases: [kept(100), kept(200)] }));
        expect((await past.stretch("main", "bus", 250)).fixes).toEqual(fixes.slice(2));
        expect((await past.stretch("main", "bus", 200)).fixes).toEqual(fixes.slice(1));
        const renewed = { ...kept(200), base: { time: 200, state: { renewed: true } } };
        await results.commit(commitOf(2, { bases: [renewed] }));
        expect(await past.stretch("main", "bus", 250)).toMatchObject({
          earlier: base(100),
          later: renewed.base,
        });
      }),
    );

    it(
      "[PA7] an event that is shown by another fix counts from that one",
      withStore(open, async ({ ports: { results, past } }) => {
        const event = eventOf("e", "bus", 10, { fix: 10, shown: 20 });
        await results.commit(
          commitOf(1, { fixes: fixesOf([fixOf("bus", 10)]), events: [event], bases: [kept(50, true)] }),
        );
        expect((await past.stretch("main", "bus", 0)).events).toEqual([]);
        await results.commit(
          commitOf(2, { reshown: [{ workspace: "main", device: "bus", event: "e", shown: 60 }] }),
        );
        expect((await past.stretch("main", "bus", 0)).events).toEqual([{ ...event, shown: 60 }]);
      }),
    );

    it(
      "[PA8] an event may be raised and shown by another fix in one commit",
      withStore(open, async ({ ports: { results, past } }) => {
        const event = eventOf("e", "bus", 10, { fix: 10, shown: 20 });
        await results.commit(
          commitOf(1, {
            events: [event],
            bases: [kept(50, true)],
            reshown: [{ workspace: "main", device: "bus", event: "e", shown: 60 }],
          }),
        );
        expect((await past.stretch("main", "bus", 0)).events).toEqual([{ ...event, shown: 60 }]);
      }),
    );
  });
}
