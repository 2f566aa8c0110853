import type { EpochMs } from "#geo";
import type { DeviceHandle, FenceState } from "#fence";
import type { MotionState, TrackState } from "#track";
import type { DeviceId, DeviceRecord, DeviceStatus, FenceId, WorkspaceId } from "#wire";

/** A device as the flow works on it, ahead of what is committed. Owned by one queue, changed in place. */
export interface Device {
  readonly workspace: WorkspaceId;
  readonly id: DeviceId;
  readonly handle: DeviceHandle;
  track?: TrackState;
  seenAt?: EpochMs;
  /** Ascending by id; a new array whenever it changes. */
  inside: readonly FenceId[];
}

/** What `engine` of a stored record holds: what the status does not say already. */
interface EngineState {
  readonly newest: EpochMs;
  readonly motion: MotionState;
  readonly suspects?: TrackState["suspects"];
  /** Last place of the fence engine, where it differs from the status (an outlier). */
  readonly fence: Pick<FenceState, "time" | "lon" | "lat">;
}

/** The device as people see it. */
export function statusOf(device: Device): DeviceStatus {
  const { workspace, id, track, seenAt, inside } = device;
  return {
    workspace,
    device: id,
    ...(track && { fix: track.fix, motion: track.motion.motion, motionSince: track.motion.since }),
    ...(seenAt !== undefined && { seenAt }),
    inside,
  };
}

/** The device as it is stored. */
export function recordOf(device: Device, status: DeviceStatus, fence: FenceState): DeviceRecord {
  const { track } = device;
  if (track === undefined) return { status, engine: null };
  const { newest, motion, suspects } = track;
  const { time, lon, lat } = fence;
  const place = time === undefined || lon === undefined || lat === undefined ? {} : { time, lon, lat };
  const engine: EngineState = { newest, motion, ...(suspects && { suspects }), fence: place };
  return { status, engine };
}

/** What a stored record says, in the engines' own terms. */
export function readRecord({ status, engine }: DeviceRecord): { track?: TrackState; fence: FenceState } {
  const { fix, inside } = status;
  if (fix === undefined || engine === null) return { fence: { inside } };
  // Written by `recordOf` and by nobody else.
  const { newest, motion, suspects, fence } = engine as EngineState;
  return { track: { newest, fix, motion, ...(suspects && { suspects }) }, fence: { ...fence, inside } };
}
