import { describe, expect, it } from "vitest";
import { createFences, everythingJudged, wholeFeed } from "./support/feed.ts";
import { runCli, startServer } from "./support/server.ts";
import { compareWithOracle, readTrack, sfFences, sfTaxis } from "./support/proof.ts";

describe("a replayed file", () => {
  it.skipIf(sfTaxis === undefined || sfFences === undefined)(
    "of San Francisco's taxis gives, one for one, the events that a brute-force check finds",
    async () => {
      await using server = await startServer();
      const fences = sfFences!();
      await createFences(server, fences);
      const { code, stderr } = await runCli(["replay", sfTaxis!, "--speed", "50000", "--url", server.url], {
        WHEREABOUTS_TOKEN: server.token,
      });
      expect(code, stderr).toBe(0);
      await everythingJudged(server);
      const compared = compareWithOracle(await wholeFeed(server), fences, await readTrack(sfTaxis!));
      expect(compared).toBeGreaterThan(10_000);
    },
    180_000,
  );
});
