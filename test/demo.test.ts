import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningCli, runUntil } from "./support/server.ts";

const PATIENCE_MS = 30_000;

function demoFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("whereabouts-demo-"));
}

describe("the demo", () => {
  const taken = createServer();
  const before = new Set(demoFolders());
  let running: RunningCli;
  let url = "";
  let cookie = "";

  beforeAll(async () => {
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    running = await runUntil(/^listening on (\S+)$/m, ["demo", "--port", String(port), "--seed", "7"]);
    url = running.match[1] ?? "";
    const link = /^ +(http\S+\/sign-in\/\S+)$/m.exec(running.output())?.[1] ?? "";
    const signedIn = await fetch(link, { method: "POST", redirect: "manual" });
    cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  });
  afterAll(() => {
    taken.close();
    running.child.kill("SIGKILL");
  });

  interface Place {
    readonly device: string;
    readonly lon: number;
    readonly lat: number;
    readonly speed: number;
  }

  /** Reads the live stream until `enough` says so. */
  async function watch(
    enough: (places: ReadonlyMap<string, Place[]>) => boolean,
  ): Promise<Map<string, Place[]>> {
    const seen = new Map<string, Place[]>();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { body } = await fetch(new URL("/api/live?bbox=-180,-90,180,90", url), {
      headers: { cookie },
      signal,
    });
    let text = "";
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines.filter((one) => one.startsWith("data: {"))) {
        const { positions = [] } = JSON.parse(line.slice(6)) as { positions?: Place[] };
        for (const place of positions) seen.set(place.device, [...(seen.get(place.device) ?? []), place]);
      }
      if (enough(seen)) break;
    }
    return seen;
  }

  it("says that the port is taken, and takes another", () => {
    expect(running.output()).toContain(`Port ${(taken.address() as AddressInfo).port} is taken`);
    expect(url).not.toBe("");
  });

  it("shows 2,000 aircraft, each of which reports again and again, where it flies", async () => {
    const seen = await watch(
      (places) => places.size === 2000 && [...places.values()].every(({ length }) => length > 1),
    );
    expect(seen.size).toBe(2000);
    const flying = [...seen.values()].filter(([first]) => first!.speed > 100);
    expect(flying.length).toBeGreaterThan(1000);
    for (const places of flying) {
      const [first, last] = [places[0]!, places.at(-1)!];
      expect([last.lon, last.lat]).not.toEqual([first.lon, first.lat]);
    }
  });

  it("has countries and airports as fences, and events of aircraft that are in them", async () => {
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(new URL(path, url), { headers: { cookie } })).json();
    const { fences } = (await ask("/api/fences?limit=1000")) as { fences: { id: string }[] };
    expect(fences.filter(({ id }) => id.startsWith("country-")).length).toBeGreaterThan(200);
    expect(fences.filter(({ id }) => id.startsWith("airport-"))).toHaveLength(150);
    const { events } = (await ask("/api/events?limit=1000")) as { events: { type: string; fence: string }[] };
    expect(events.some(({ type, fence }) => type === "enter" && fence.startsWith("country-"))).toBe(true);
    expect(events.some(({ type, fence }) => type === "enter" && fence.startsWith("airport-"))).toBe(true);
  });

  it("keeps nothing", async () => {
    const own = demoFolders().filter((name) => !before.has(name));
    expect(own).not.toEqual([]);
    const ended = once(running.child, "exit");
    running.child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(own.filter((name) => existsSync(`${tmpdir()}/${name}/store.sqlite`))).toEqual([]);
  });
});
