import { describe, expect, it } from "vitest";
import type { Clock, News, Principal } from "#ports";
import type { DeviceStatus } from "#wire";
import type { FromGateway } from "./letters.ts";
import { RemotePorts } from "./remote-ports.ts";

const timers: (() => void)[] = [];
const clock: Clock = {
  now: () => 0,
  after: (_, task) => {
    timers.push(task);
    return () => void timers.splice(timers.indexOf(task), 1);
  },
};
/** Runs the timers that there are; what they set waits. */
const fire = (): void => {
  for (const timer of timers.splice(0)) timer();
};
const principal: Principal = { workspace: "main", scopes: ["view"], register: false, via: "token", id: "t" };
const at = (device: string, lon: number): DeviceStatus =>
  ({ workspace: "main", device, inside: [], fix: { device, time: 1, lon, lat: 0 } }) as DeviceStatus;
const moved = (...devices: DeviceStatus[]): News => ({ kind: "moved", workspace: "main", devices });

function open() {
  const sent: FromGateway[] = [];
  const ports = new RemotePorts({ kind: "open", epoch: "e", seq: 3, settings: {} }, clock, (letter) =>
    sent.push(letter),
  );
  const asked = (what: string): number => {
    const found = sent.findLast((letter) => letter.kind === "ask" && letter.what === what);
    return found?.kind === "ask" ? found.id : -1;
  };
  const answer = (what: string, value: unknown, seq = 3): void =>
    ports.take({ kind: "answer", id: asked(what), seq, value });
  const states = (...devices: DeviceStatus[]): void => {
    ports.take({ kind: "states", workspace: "main", devices });
    answer("states", undefined);
  };
  return { ports, sent, answer, asked, states };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Somebody who has been let in under the first grip, with one device. */
async function letIn() {
  const all = open();
  const found = all.ports.access.identify({ token: "x" });
  all.answer("identify", { principal, grip: 1 });
  await turn();
  all.states(at("van", 1));
  return { ...all, guest: (await found)! };
}

describe("the ports of a gateway", () => {
  it("[LG1] whoever is let in finds the states, with the news that came right behind them", async () => {
    const { ports, answer, states } = open();
    const heard: News[] = [];
    ports.bus.subscribe((news) => heard.push(news));
    const found = ports.access.identify({ token: "x" });
    answer("identify", { principal, grip: 1 });
    await turn();
    // In one piece, as a pipe may bring them.
    states(at("van", 1), at("bus", 2));
    ports.take({ kind: "news", seq: 4, news: moved(at("van", 5)) });
    ports.take({ kind: "news", seq: 4, news: { kind: "device-deleted", workspace: "main", device: "bus" } });
    expect(await found).toEqual(principal);
    expect([...ports.latest.all("main")]).toEqual([at("van", 5)]);
    expect([ports.latest.seq, ports.latest.count("main"), ports.latest.get("main", "bus")]).toEqual([
      4,
      1,
      undefined,
    ]);
    expect(heard).toHaveLength(2);
  });

  it("[LG1] an end is told to who watches, and to who watches only later", async () => {
    const { ports, sent, guest } = await letIn();
    let ended = 0;
    const unwatch = ports.access.watch(guest, () => ended++);
    ports.take({ kind: "ended", grip: 1 });
    expect(ended).toBe(1);
    unwatch();
    unwatch();
    expect(sent.filter(({ kind }) => kind === "release")).toEqual([{ kind: "release", grip: 1 }]);

    const late = await letIn();
    late.ports.take({ kind: "ended", grip: 1 });
    late.ports.access.watch(late.guest, () => ended++);
    await turn();
    expect(ended).toBe(2);
  });

  it("[LG1] who left while being let in is let go of", async () => {
    timers.length = 0;
    const { sent } = await letIn();
    fire();
    expect(sent.at(-1)).toEqual({ kind: "release", grip: 1 });
  });

  it("[LL2] a workspace that nobody has watched for long is forgotten, and fetched again for who comes then", async () => {
    const { ports, sent, guest, answer, states } = await letIn();
    timers.length = 0;
    ports.access.watch(guest, () => undefined)();
    // Somebody comes before the time is over.
    const second = ports.access.identify({ token: "x" });
    answer("identify", { principal, grip: 2 });
    const found = (await second)!;
    expect(sent.filter((letter) => letter.kind === "ask" && letter.what === "states")).toHaveLength(1);
    ports.access.watch(found, () => undefined)();
    fire();
    expect(sent.at(-1)).toEqual({ kind: "forget", workspace: "main" });
    expect(sent.filter(({ kind }) => kind === "forget")).toHaveLength(1);
    expect(ports.latest.count("main")).toBe(0);

    const third = ports.access.identify({ token: "x" });
    answer("identify", { principal, grip: 3 });
    await turn();
    states(at("bus", 2));
    await third;
    expect([...ports.latest.all("main")]).toEqual([at("bus", 2)]);
  });

  it("[LG1] refusals are those of the server", async () => {
    const { ports, asked } = open();
    const found = ports.access.identify({ token: "wrong" });
    ports.take({ kind: "refuse", id: asked("identify"), code: "invalid_token", detail: "no" });
    await expect(found).rejects.toMatchObject({ code: "invalid_token", message: "no" });
    const nobody = ports.access.identify({});
    ports.take({ kind: "answer", id: asked("identify"), seq: 3, value: undefined });
    expect(await nobody).toBeUndefined();
  });
});
