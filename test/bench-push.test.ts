import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const main = join(import.meta.dirname, "../bin/whereabouts.js");
const SMALL = "--idle 20 --hold 1 --devices 200 --viewers 20 --seconds 2 --hot 10 --storm 30 --json";

it("bench push measures a real server, from idle connections to a storm", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    main,
    "bench",
    "push",
    ...SMALL.split(" "),
  ]);
  const figures = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(stderr).toBe("");
  expect(figures).toMatchObject({ bench: "push", connections: 20, lost: 0, cityLost: 0, cityRefused: 0 });
  for (const name of ["cityP99Ms", "bytesPerPosition", "hotRatio", "stormMs", "positionsPerViewerSecond"]) {
    expect(figures[name], name).toBeGreaterThan(0);
  }
});

it("bench push --connections holds idle connections and measures nothing else", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    main,
    ..."bench push --connections 10 --hold 1 --json".split(" "),
  ]);
  const figures = JSON.parse(stdout);
  expect(figures).toMatchObject({ connections: 10, lost: 0 });
  expect(figures).not.toHaveProperty("cityP99Ms");
});
