import type { Commit } from "#ports";
import { alertOf, commitOf, eventOf } from "#ports/contract";
import type { Alert } from "#wire";

/** The alerts of the commit with this offset: six, of three devices, and those of the commit before once more. */
export function alertsAt(offset: number): Alert[] {
  return Array.from({ length: 6 }, (_, i) =>
    alertOf(eventOf(`event-${offset}-${i}`, `device-${i % 3}`, offset * 10 + i), "a"),
  );
}

/** That commit. */
export const raised = (offset: number): Commit =>
  commitOf(offset, { alerts: [...(offset > 1 ? alertsAt(offset - 1) : []), ...alertsAt(offset)] });
