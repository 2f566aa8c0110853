import type { DeviceId } from "#wire";
import type { Entry } from "./entry.ts";
import { Message } from "./message.ts";

/** Marks of a position frame that belongs to a snapshot. */
export interface SnapshotMarks {
  /** The first frame of a snapshot: it replaces everything that the client shows. */
  readonly first: boolean;
  /** More frames of the same snapshot follow. */
  readonly more: boolean;
  /** Devices in view that were left out, because a snapshot is bounded. */
  readonly cut: number;
}

/** A frame of a snapshot. */
export function snapshotFrame(
  cursor: string,
  entries: readonly Entry[],
  gone: readonly DeviceId[],
  marks: SnapshotMarks,
): Message {
  const flags = `${marks.first ? ',"snapshot":true' : ""}${marks.more ? ',"more":true' : ""}${marks.cut > 0 ? `,"cut":${marks.cut}` : ""}`;
  return frame(
    cursor,
    entries.map((entry) => entry.json),
    gone,
    flags,
  );
}

/** A frame of what changed: the newest position of what the viewer `shows`, the names of what it does not (any more). */
export function changesFrame(
  cursor: string,
  changes: Iterable<Entry>,
  shows: (entry: Entry) => boolean,
): Message {
  const positions: string[] = [];
  const gone: DeviceId[] = [];
  for (const entry of changes) {
    if (shows(entry)) positions.push(entry.json);
    else gone.push(entry.device);
  }
  return frame(cursor, positions, gone, "");
}

function frame(
  cursor: string,
  positions: readonly string[],
  gone: readonly DeviceId[],
  flags: string,
): Message {
  const body = `{"cursor":${JSON.stringify(cursor)},"positions":[${positions.join(",")}],"gone":${JSON.stringify(gone)}${flags}}`;
  return new Message("positions", cursor, body);
}
