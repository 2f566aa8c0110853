import { describe, expect, it } from "vitest";
import type { RuleDraft } from "#ports";
import { alertId } from "#wire";
import { at, square, START, World } from "./testing/world.ts";

const rule = (id: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  id,
  workspace: "main",
  name: id,
  enabled: true,
  events: ["enter", "exit"],
  targets: ["hook"],
  ...more,
});

async function open(...rules: RuleDraft[]): Promise<World> {
  const world = await World.open();
  await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
  for (const one of rules) await world.pump(world.flow.editor.putRule(one, "create"));
  return world;
}

/** Event, target and rules of each alert. */
const alerts = (world: World): string[] =>
  [...world.storeDisk.alerts.values()].map(
    ({ event, target, rules }) =>
      `${event.device} ${event.type} ${(event.fix - START) / 1_000} ${target} ${rules.join("+")}`,
  );

describe("alerts", () => {
  it("[FL47] an event alerts each target of the rules that match it, once", async () => {
    const world = await open(
      rule("a", { text: "{{device.id}} {{event.type}}" }),
      rule("b", { targets: ["hook", "mail"], devices: ["van"] }),
      rule("c", { enabled: false, targets: ["never"] }),
    );
    await world.submit([at("van", 0, -0.5, 0.5), at("van", 60, 0.5, 0.5), at("car", 0, 0.5, 0.5)]);
    await world.quiet();
    expect(alerts(world)).toEqual(["van enter 60 hook a+b", "van enter 60 mail b", "car enter 0 hook a"]);
    const [first] = world.storeDisk.alerts.values();
    expect(first).toMatchObject({ id: alertId(world.events[0]!.id, "hook"), text: "van enter" });
    expect(world.news.filter(({ kind }) => kind === "alerted").length).toBeGreaterThan(0);
  });

  it("[FL47] the rules in force when an event is found decide, also after a restart", async () => {
    const world = await open(rule("a"));
    await world.pump(world.flow.editor.putRule(rule("a", { events: ["exit"], fences: ["yard"] }), "update"));
    await world.restart();
    await world.submit([at("van", 0, 0.5, 0.5), at("van", 60, -0.5, 0.5)]);
    await world.quiet();
    await world.pump(world.flow.editor.undefine("main", "rule", "a"));
    await world.submit([at("van", 120, 0.5, 0.5), at("van", 180, -0.5, 0.5)]);
    await world.quiet();
    expect(alerts(world)).toEqual(["van exit 60 hook a"]);
    await expect(world.pump(world.flow.editor.undefine("main", "rule", "a"))).rejects.toThrow(
      "there is no rule",
    );
  });

  it("[FL48] nobody is alerted of what was imported, nor of an edit that nobody asked about", async () => {
    const world = await open(rule("a"), rule("b", { edits: true, targets: ["edits"] }));
    await world.submit([at("old", 0, 0.5, 0.5)], { mode: "import" });
    await world.submit([at("van", 0, 5.5, 0.5)]);
    await world.quiet();
    await world.pump(world.flow.editor.putFence(square("other", 5, 0), "create"));
    expect(alerts(world)).toEqual(["van enter 0 edits b"]);
  });

  it("[FL49] a cool-down is kept by device and fence, and survives a restart", async () => {
    const world = await open(rule("a", { cooldownSeconds: 300, events: ["enter"] }));
    const visit = (device: string, second: number): ReturnType<World["submit"]> =>
      world.submit([at(device, second, -0.5, 0.5), at(device, second + 10, 0.5, 0.5)]);
    await visit("van", 0);
    await visit("van", 100);
    await visit("car", 100);
    await world.restart();
    await visit("van", 200);
    await visit("van", 400);
    await world.quiet();
    expect(alerts(world)).toEqual(["van enter 10 hook a", "car enter 110 hook a", "van enter 410 hook a"]);
  });

  it("[FL50] a withdrawal follows its event; what a late fix shows is alerted as late", async () => {
    const world = await open(rule("a"));
    await world.submit([at("van", 0, -0.5, 0.5), at("van", 100, 0.5, 0.5)]);
    await world.submit([at("van", 50, 0.1, 0.5)]);
    await world.quiet();
    expect(alerts(world)).toEqual(["van enter 100 hook a", "van enter 50 hook a"]);
    const [enter, withdrawn] = world.events;
    expect(world.storeDisk.followUps).toMatchObject([{ event: { id: withdrawn!.id, withdraws: enter!.id } }]);
    expect([...world.storeDisk.alerts.values()][1]?.event).toMatchObject({ late: true });
  });

  it("[FL51] a deleted device is not spoken of any more", async () => {
    const world = await open(rule("a"));
    const submitted = world.submit([at("van", 0, 0.5, 0.5)]);
    const deleted = submitted.then(() => world.flow.editor.deleteDevice("main", "van"));
    await world.pump(deleted);
    await world.submit([at("van", 10, -0.5, 0.5)]);
    await world.quiet();
    expect(world.events).toEqual([]);
  });
});
