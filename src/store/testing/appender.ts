import { openSqliteStore } from "#store";
import { say } from "./say.ts";

/**
 * A process to be killed: appends to the log of the folder in `argv[2]`, `argv[3]` entries at a time, and writes a
 * line `ack <offset> <time>` only after each acknowledgement. A time is that of the entry's one position.
 */
const [, , folder = "", width = "1", last = "1e9"] = process.argv;
const { log } = await openSqliteStore({ folder, maxBacklog: 1e9 });
say(`ready ${log.end}\n`);

async function lane(number: number): Promise<void> {
  for (let i = 0; i < Number(last); i++) {
    const time = number * 1e9 + i;
    const positions = [{ device: `lane ${number}`, time, lon: 2.35, lat: 48.85 }];
    const offset = await log.append({
      kind: "positions",
      workspace: "main",
      at: time,
      mode: "live",
      positions,
    });
    say(`ack ${offset} ${time}\n`);
  }
}

await Promise.all(Array.from({ length: Number(width) }, (_, number) => lane(number)));
process.exit(0);
