import type { FenceState } from "#fence";
import type { Milliseconds } from "#geo";
import type { Base } from "#ports";
import type { TrackState } from "#track";
import type { Batch } from "./batch.ts";
import type { Device } from "./device.ts";
import type { Workspace } from "./fleet.ts";
import type { Watched } from "./watched.ts";

/** From where a device can be judged again; what `state` of a `Base` holds. */
export interface Judged {
  readonly track: TrackState | undefined;
  readonly fence: FenceState;
  readonly watched: Watched | undefined;
}

/** A device before its first fix. */
export const nothingJudged: Judged = { track: undefined, fence: { inside: [] }, watched: undefined };

/** The judgement as of the device's newest fix. */
export function judgedOf(
  { engine }: Workspace,
  { handle, track, watched }: Pick<Device, "handle" | "track" | "watched">,
): Judged {
  return { track, fence: engine.state(handle), watched };
}

/** What a base holds; without one nothing was judged yet. */
export function judgedIn(base: Base | undefined): Judged {
  // Written by `keepBase` and by nobody else.
  return base === undefined ? nothingJudged : (base.state as Judged);
}

/**
 * Called before a fix that is newer than all others is judged: keeps a base whenever a horizon has passed, so that
 * there is always one that is at least a horizon old and hardly ever one of more than two; and at once when something
 * was edited, for nothing behind an edit is judged again.
 */
export function keepBase(
  workspace: Workspace,
  device: Device,
  batch: Batch,
  { offset, horizon }: { readonly offset: number; readonly horizon: Milliseconds },
): void {
  const { track, based } = device;
  if (track === undefined) return;
  const reset = based.offset < workspace.edited;
  if (!reset && track.newest < based.time + horizon) return;
  const base: Base = { time: track.newest, state: judgedOf(workspace, device) };
  batch.bases.push({ workspace: workspace.id, device: device.id, base, reset });
  device.based = { time: track.newest, offset };
}
