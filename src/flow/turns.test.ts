import { describe, expect, it } from "vitest";
import { turn } from "./testing/fake-clock.ts";
import { at, World } from "./testing/world.ts";

const someTurns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await turn();
};

/** A world that holds a fix of `bus` and whose history does not answer until `answer` is called. */
const slowHistory = async (): Promise<{ readonly world: World; readonly answer: () => void }> => {
  const world = await World.open();
  await world.submit([at("bus", 0), at("bus", 10)]);
  await world.quiet();
  const { promise, resolve } = Promise.withResolvers<void>();
  world.store.gate = promise;
  return { world, answer: resolve };
};

describe("turns", () => {
  it("[FL30] what comes later waits for a submission of the same device that waits for the history", async () => {
    const { world, answer } = await slowHistory();
    const order: string[] = [];
    const note = (name: string) => (): void => void order.push(name);
    // The first has to ask about `bus`; its `tram` would be late if the second overtook it.
    const first = world.submit([at("bus", 0), at("tram", 20)]).finally(note("first"));
    const second = world.submit([at("tram", 30), at("ferry", 30)]).finally(note("second"));
    const third = world.submit([at("ferry", 40)]).finally(note("third"));
    const stranger = world.submit([at("plane", 50)]).finally(note("stranger"));
    await someTurns();
    expect(order).toEqual(["stranger"]);
    answer();
    expect(await Promise.all([first, second, third, stranger])).toEqual([
      { accepted: 1, duplicate: 1, unknown: [] },
      { accepted: 2, duplicate: 0, unknown: [] },
      { accepted: 1, duplicate: 0, unknown: [] },
      { accepted: 1, duplicate: 0, unknown: [] },
    ]);
    await world.quiet();
    expect(world.flow.figures()).toMatchObject({ lateFixes: 0, liveFixes: 7 });
  });

  it("[FL30] a submission that fails in its turn lets the next ones on", async () => {
    const { world, answer } = await slowHistory();
    const first = world.submit([at("bus", 1), at("tram", 20)]);
    const second = world.submit([at("tram", 30)]);
    const asked = world.store.known.bind(world.store);
    world.store.known = () => Promise.reject(new Error("the history is broken"));
    const third = world.submit([at("tram", 40), at("bus", 2)]);
    const failed = third.catch((error: unknown) => error);
    answer();
    expect(await failed).toMatchObject({ code: "storage_failed" });
    world.store.known = asked;
    expect(await Promise.all([first, second])).toMatchObject([{ accepted: 2 }, { accepted: 1 }]);
    expect(await world.submit([at("tram", 40), at("bus", 2)])).toMatchObject({ accepted: 2 });
  });
});
