import type { LoggedEntry, Offset } from "#ports";
import { decodeEntry, Problem } from "#wire";
import type { Row } from "./log-calls.ts";

const corrupt = (row: Row, why: string): Problem =>
  new Problem("storage_failed", `Corrupt log row at offset ${row.first}: ${why}`);

/** The entries of one row: `count` times a length of four bytes, little-endian, and an entry of that length. */
function entriesOf(row: Row): LoggedEntry[] {
  const entries: LoggedEntry[] = [];
  const view = new DataView(row.body.buffer, row.body.byteOffset, row.body.byteLength);
  let at = 0;
  for (let i = 0; i < row.count; i++) {
    if (at + 4 > view.byteLength) throw corrupt(row, `${row.count} entries announced, ${i} found`);
    const end = at + 4 + view.getUint32(at, true);
    if (end > view.byteLength) throw corrupt(row, `entry ${i} ends after the row`);
    entries.push({ offset: row.first + i, entry: decodeEntry(row.body.subarray(at + 4, end)) });
    at = end;
  }
  if (at !== view.byteLength) throw corrupt(row, `${view.byteLength - at} bytes after the last entry`);
  return entries;
}

/**
 * The entries of rows from offset `next` to `last`, both included, as far as the rows go. Throws `storage_failed`
 * for a gap or anything corrupt.
 */
export function readEntries(rows: readonly Row[], next: Offset, last: Offset): LoggedEntry[] {
  const entries: LoggedEntry[] = [];
  let expected = next;
  for (const row of rows) {
    if (row.first > expected) {
      throw new Problem("storage_failed", `The log lacks its entries from ${expected} to ${row.first - 1}`);
    }
    for (const logged of entriesOf(row)) {
      if (logged.offset < expected || logged.offset > last) continue;
      entries.push(logged);
      expected = logged.offset + 1;
    }
  }
  return entries;
}
