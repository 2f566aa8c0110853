import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "#ports/contract";
import { openSqliteStore } from "#store";
import { createDeliver } from "./deliver.ts";
import { alertsAt } from "./testing/raised.ts";
import { realClock } from "./testing/real-clock.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { seeded } from "./testing/seeded.ts";

const ROUNDS = Number(process.env["KILLS"] ?? 6);
const quiet = { info: (): void => {}, warn: (): void => {}, error: (): void => {} };
const script = join(import.meta.dirname, "testing/crasher.ts");

let folder = "";
let receiver: Receiver;
/** First receipts that were answered with 2xx, in their order, and how often each id came. */
let took: string[] = [];
let times = new Map<string, number>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "whereabouts-deliver-"));
  receiver = await startReceiver();
  took = [];
  times = new Map();
  const random = seeded(11);
  receiver.answer = ({ headers }, response) => {
    const id = String(headers["webhook-id"]);
    const fails = random() < 0.1;
    response.writeHead(fails ? 500 : 204).end();
    if (fails) return;
    if (!times.has(id)) took.push(id);
    times.set(id, (times.get(id) ?? 0) + 1);
  };
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets the process commit so often, kills it, and answers the offset of its last acknowledged commit. */
async function run(commits: number): Promise<number> {
  const args = ["--conditions=source", script, folder, receiver.url];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let acknowledged = 0;
  let lines = 0;
  const lineReader = createInterface({ input: child.stdout! });
  lineReader.on("line", (line) => {
    const offset = /^ack (\d+)$/.exec(line)?.[1];
    if (offset !== undefined) acknowledged = Number(offset);
    if (++lines === commits) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(lines).toBeGreaterThanOrEqual(commits);
  return acknowledged;
}

describe("a process that is killed", () => {
  it("[DL18] has every committed alert arrive, in order, and stores none twice", async () => {
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) acknowledged = await run(30 + round * 17);

    const store = await openSqliteStore({ folder });
    const { outbox, targets } = store;
    const settings = { allowPrivateTargets: true, firstRetry: 10 };
    const deliver = createDeliver({
      outbox,
      targets,
      clock: realClock,
      random: Math.random,
      logger: quiet,
      settings,
    });
    await until(async () => (await outbox.figures()).targets.every(({ queued }) => queued === 0));
    await deliver.close();

    const expected = Array.from({ length: acknowledged }, (_, i) => alertsAt(i + 1)).flat();
    for (const { id } of expected) expect(times.get(id)).toBeGreaterThanOrEqual(1);
    const records = await outbox.list({ workspace: "main", limit: 1_000_000 });
    expect(new Set(records.map(({ alert }) => alert.id)).size).toBe(records.length);
    expect(records.length).toBeGreaterThanOrEqual(expected.length);
    expect(records.every(({ state }) => state === "sent")).toBe(true);
    for (const device of ["device-0", "device-1", "device-2"]) {
      const inOrder = records
        .filter(({ alert }) => alert.event.device === device)
        .map(({ alert }) => alert.id);
      const lane = new Set(inOrder);
      expect(took.filter((id) => lane.has(id))).toEqual(inOrder);
    }
    const [figures] = (await outbox.figures()).targets;
    expect(figures).toMatchObject({ created: records.length, queued: 0, dead: 0, dropped: 0 });
    // At most what was under way, or not recorded yet, came twice.
    const repeated = [...times.values()].filter((count) => count > 1).length;
    expect(repeated).toBeLessThan(records.length / 2);
    await store.close();
  });
});
