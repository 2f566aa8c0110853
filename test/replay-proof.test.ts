import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkGeometry } from "#fence";
import { Random } from "../src/fence/testing/random.ts";
import { randomFence, randomTrack, scenes, type Scene } from "../src/fence/testing/scenes.ts";
import { createFences, everythingJudged, wholeFeed } from "./support/feed.ts";
import { temporaryFolder } from "./support/folder.ts";
import {
  compareWithOracle,
  type FenceFeature,
  readTrack,
  sfFences,
  sfTaxis,
  type TrackFix,
} from "./support/proof.ts";
import { strict } from "./support/strict.ts";
import { runCli, startServer, type TestServer } from "./support/server.ts";

const seed = Number(process.env["TEST_SEED"] ?? 1);

async function replay(server: TestServer, file: string, speed: string): Promise<void> {
  const { code, stderr } = await runCli(["replay", file, "--speed", speed, "--url", server.url], {
    WHEREABOUTS_TOKEN: server.token,
  });
  expect(code, stderr).toBe(0);
  await everythingJudged(server);
}

/** Fences of all kinds and two tracks in one patch of the globe; names carry the scene. */
function madeUp(
  scene: Scene,
  sceneIndex: number,
): { fences: FenceFeature[]; track: Map<string, TrackFix[]> } {
  const random = new Random(seed * 100 + sceneIndex);
  const fences: FenceFeature[] = [];
  while (fences.length < 16) {
    const id = `s${sceneIndex}-f${fences.length}`;
    const { geometry, radius } = randomFence(random, scene, id, 1);
    if (checkGeometry(geometry, radius) !== undefined) continue;
    const properties = { name: id, ...strict, ...(radius !== undefined && { radius }) };
    fences.push({ type: "Feature", id, properties, geometry });
  }
  const track = new Map(
    ["a", "b"].map((device) => [`s${sceneIndex}-${device}`, randomTrack(random, scene, 150)]),
  );
  return { fences, track };
}

describe("a replayed file", () => {
  it.skipIf(sfTaxis === undefined || sfFences === undefined)(
    "of San Francisco's taxis gives, one for one, the events that a brute-force check finds",
    async () => {
      await using server = await startServer();
      const fences = sfFences!();
      await createFences(server, fences);
      await replay(server, sfTaxis!, "50000");
      const compared = compareWithOracle(await wholeFeed(server), fences, await readTrack(sfTaxis!));
      expect(compared).toBeGreaterThan(10_000);
    },
    300_000,
  );

  it(`of made-up tracks does the same: holes, antimeridian, circles, corridors, poles (seed ${seed})`, async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const worlds = scenes.map(madeUp);
    const fences = worlds.flatMap((world) => world.fences);
    const track = new Map(worlds.flatMap((world) => Array.from(world.track)));
    await createFences(server, fences);
    const file = join(folder.path, "made-up.ndjson");
    const lines = [...track].flatMap(([device, fixes]) =>
      fixes.map((fix) => JSON.stringify({ device, ...fix })),
    );
    await writeFile(file, `${lines.join("\n")}\n`);
    await replay(server, file, "max");
    const feed = await wholeFeed(server);
    expect(compareWithOracle(feed, fences, track)).toBeGreaterThan(500);
    expect(new Set(feed.map(({ type }) => type))).toEqual(new Set(["enter", "exit", "cross"]));
  }, 300_000);
});
