import { writeSync } from "node:fs";
import { targetOf } from "#ports/contract";
import { openSqliteStore } from "#store";
import { createDeliver } from "../deliver.ts";
import { raised } from "./raised.ts";
import { realClock } from "./real-clock.ts";

/**
 * A process to be killed: commits alerts to the folder in `argv[2]` for a target at `argv[3]`, delivers them meanwhile,
 * and writes `ack <offset>` after each commit. What a commit holds follows from its offset alone.
 */
const [, , folder = "", url = ""] = process.argv;
const { results, outbox, targets } = await openSqliteStore({ folder });
const quiet = { info: (): void => {}, warn: (): void => {}, error: (): void => {} };
if ((await targets.unknown("main", ["a"])).length > 0) await targets.create(targetOf("a", "main", { url }));
const settings = { allowPrivateTargets: true, firstRetry: 10 };
const deliver = createDeliver({
  outbox,
  targets,
  clock: realClock,
  random: Math.random,
  logger: quiet,
  settings,
});
for (let { offset } = await results.restore(); ;) {
  offset++;
  await results.commit(raised(offset));
  deliver.wake();
  for (let written = false; !written;) {
    try {
      writeSync(1, `ack ${offset}\n`);
      written = true;
    } catch (error) {
      // Whoever reads is busy for a moment.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
  await new Promise((resolve) => void setTimeout(resolve, 2));
}
