import { setTimeout as after } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../bench/support/random.ts";
import { createFences, everythingJudged, storedTimes, wholeFeed } from "./support/feed.ts";
import { runCli, startServer } from "./support/server.ts";
import { compareWithOracle, readTrack, sfFences, sfTaxis } from "./support/proof.ts";

const KILLS = 20;
const SPEED = 50_000;
const seed = Number(process.env["TEST_SEED"] ?? 1);

describe.skipIf(sfTaxis === undefined || sfFences === undefined)("kill -9 while a file is replayed", () => {
  it(`${KILLS} times: no acknowledged fix is missing, no event is missing or doubled (seed ${seed})`, async () => {
    await using server = await startServer();
    const fences = sfFences!();
    await createFences(server, fences);
    const random = seededRandom(seed);
    const state = { replaying: true };
    const replay = runCli(["replay", sfTaxis!, "--speed", String(SPEED), "--url", server.url], {
      WHEREABOUTS_TOKEN: server.token,
    }).finally(() => {
      state.replaying = false;
    });
    let kills = 0;
    for (; kills < KILLS && state.replaying; kills++) {
      // The fault comes at any moment: within start-up work, between log and commit, while settling.
      await after(200 + random() * 1_000);
      await server.kill();
      await server.restart();
    }
    const { code, stdout, stderr } = await replay;
    expect(code, stderr).toBe(0);
    expect(kills).toBe(KILLS);
    await everythingJudged(server);

    const track = await readTrack(sfTaxis!);
    expect(stdout + stderr).toMatch(/rejected 0|0 rejected/);
    for (const [device, fixes] of track) {
      const expected = [...new Set(fixes.map((fix) => fix.time))].toSorted((a, b) => a - b);
      expect(await storedTimes(server, device)).toEqual(expected);
    }
    const events = await wholeFeed(server);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    compareWithOracle(events, fences, track);
  }, 420_000);
});
