import { mkdirSync } from "node:fs";
import { ByteWriter, type DeviceRecord, type Fix } from "#wire";
import { writeState } from "./device-codec.ts";
import { openFile } from "./file.ts";
import { lockFolder } from "./lock.ts";
import { Names } from "./names.ts";
import { writeSegment } from "./segment-codec.ts";
import { FULL } from "./settle.ts";
import { STORE_FILE } from "./store-schema.ts";

/** A device with its whole history, ascending by time, each time once. */
export interface BulkDevice {
  readonly record: DeviceRecord;
  readonly fixes: Iterable<Fix>;
}

/** Segments in one transaction. */
const BATCH = 2000;

/**
 * Writes whole histories into a data folder that nobody has open, past log and tail, straight as segments. It is not
 * crash-safe: after a crash the folder must be thrown away. Synchronous. Answers how many fixes it wrote.
 */
export function bulkLoad(folder: string, devices: Iterable<BulkDevice>): number {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  const database = openFile(`${folder}/store.sqlite`, STORE_FILE);
  try {
    database.exec("PRAGMA synchronous = OFF");
    const names = new Names(database);
    const state = database.prepare("INSERT OR REPLACE INTO state (device, body) VALUES (?, ?)");
    const insert = database.prepare(
      "INSERT INTO segment (device, from_ms, to_ms, n, open, body) VALUES (?, ?, ?, ?, ?, ?)",
    );
    let fixes = 0;
    let segments = 0;
    const write = (device: number, part: readonly Fix[]): void => {
      const [first, last] = [part[0], part.at(-1)];
      if (!first || !last) return;
      const open = part.length < FULL;
      insert.run(device, first.time, last.time, part.length, open ? 1 : 0, writeSegment(part, !open));
      fixes += part.length;
      if (++segments % BATCH === 0) database.exec("COMMIT; BEGIN");
    };
    database.exec("BEGIN");
    for (const { record, fixes } of devices) {
      const { workspace, device: id, seenAt = 0 } = record.status;
      const device = names.need(workspace, id, seenAt);
      const body = new ByteWriter();
      writeState(body, record);
      state.run(device, body.finish());
      let part: Fix[] = [];
      for (const fix of fixes) {
        part.push(fix);
        if (part.length < FULL) continue;
        write(device, part);
        part = [];
      }
      write(device, part);
    }
    database.exec("COMMIT");
    return fixes;
  } finally {
    database.close();
    unlock();
  }
}
