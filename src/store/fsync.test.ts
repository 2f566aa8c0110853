import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startChild } from "./testing/child.ts";
import { inFolder } from "./testing/folder.ts";
import { findStrace, readTrace, straceCommand } from "./testing/strace.ts";

const { missing } = findStrace();
if (missing) console.warn(`SKIPPED: ${missing}`);

describe.skipIf(missing)("acknowledgement", () => {
  it(
    "[LO14] each one comes after a write to the log's WAL and an fsync of it that came after the write",
    inFolder(async (folder) => {
      const trace = join(folder, "trace");
      const child = startChild("appender.ts", [folder, "1", "60"], straceCommand(trace));
      expect(await child.ended()).toBe(0);
      let written = false;
      let synced = false;
      const acknowledged: boolean[] = [];
      for (const { kind, path, text } of readTrace(trace)) {
        if (path.endsWith("/log.sqlite-wal")) {
          if (kind === "write") synced = false;
          if (kind === "write") written = true;
          else synced = written;
        } else if (text.startsWith('"ack ')) {
          acknowledged.push(synced);
          written = false;
          synced = false;
        }
      }
      expect(acknowledged).toEqual(Array.from({ length: 60 }, () => true));
    }),
    60_000,
  );
});
