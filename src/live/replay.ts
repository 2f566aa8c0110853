import type { Events } from "#ports";
import { decodeCursor, type SequencedEvent, type WorkspaceId } from "#wire";
import type { ResetReason } from "./figures.ts";

/** What a client missed, in the order of commits; `end` is the place in the feed from which live events go on. */
export type Missed =
  | { readonly events: readonly SequencedEvent[]; readonly end: number }
  | { readonly reset: ResetReason };

const PAGE = 1_000;

/** The place that a cursor names, or why there is no going on from it. `newest` is the feed's newest sequence number. */
export function placeOf(
  cursor: string,
  epoch: string,
  newest: number,
): { readonly seq: number } | { readonly reset: ResetReason } {
  const place = decodeCursor(cursor);
  if (!place) return { reset: "unknown_cursor" };
  if (place.epoch !== epoch) return { reset: "other_feed" };
  return place.seq > newest ? { reset: "cursor_ahead" } : { seq: place.seq };
}

/**
 * Reads everything after `seq`, unless it is more than `most`, or some of it may have been forgotten: retention takes
 * the oldest events away, so the feed must still begin at or before `seq` + 1 once all is read. Rejects when the feed does.
 */
export async function readMissed(
  events: Events,
  workspace: WorkspaceId,
  seq: number,
  most: number,
): Promise<Missed> {
  const missed: SequencedEvent[] = [];
  let after = seq;
  for (let more = true; more;) {
    const page = await events.list({ workspace, after, limit: PAGE });
    for (const event of page.events) missed.push(event);
    if (missed.length > most) return { reset: "too_many_missed" };
    after = Math.max(after, page.end);
    ({ more } = page);
  }
  const { events: oldest, end } = await events.list({ workspace, limit: 1 });
  if ((oldest[0]?.seq ?? end) > seq + (oldest.length > 0 ? 1 : 0)) return { reset: "forgotten" };
  return { events: missed, end: after };
}
