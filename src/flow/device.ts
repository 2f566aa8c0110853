import type { EpochMs } from "#geo";
import type { DeviceHandle, FenceCarry, FenceState } from "#fence";
import { lastPlace, type TrackState } from "#track";
import type { DeviceId, DeviceRecord, DeviceStatus, FenceId, WorkspaceId } from "#wire";

/** A device as the flow works on it, ahead of what is committed. Owned by one queue, changed in place. */
export interface Device {
  readonly workspace: WorkspaceId;
  readonly id: DeviceId;
  readonly handle: DeviceHandle;
  track: TrackState | undefined;
  seenAt: EpochMs | undefined;
  /** Ascending by id; a new array whenever it changes. */
  inside: readonly FenceId[];
  /** What the fence engine remembers besides. */
  carry: FenceCarry | undefined;
  /** Ascending by name. */
  groups: readonly string[];
}

/** What `engine` of a stored record holds: what the status does not say already. */
type EngineState = Omit<TrackState, "fix"> & { readonly carry?: FenceCarry };

/** The device as people see it. */
export function statusOf(of: Device): DeviceStatus {
  const { workspace, id: device, track, seenAt, inside, groups } = of;
  if (track === undefined || seenAt === undefined || groups.length > 0) return fullStatusOf(of);
  // Nearly all are like this, and it is done for each device of each commit.
  const { motion, since: motionSince } = track.motion;
  return { workspace, device, fix: track.fix, motion, motionSince, seenAt, inside };
}

function fullStatusOf({ workspace, id: device, track, seenAt, inside, groups }: Device): DeviceStatus {
  return {
    workspace,
    device,
    ...(track && { fix: track.fix, motion: track.motion.motion, motionSince: track.motion.since }),
    ...(seenAt !== undefined && { seenAt }),
    inside,
    ...(groups.length > 0 && { groups }),
  };
}

/** The device as it is stored. */
export function recordOf(device: Device): DeviceRecord {
  const status = statusOf(device);
  if (device.track === undefined) return { status, engine: null };
  const { newest, motion, suspects } = device.track;
  const { carry } = device;
  const plain = suspects === undefined && carry === undefined;
  const engine: EngineState = plain
    ? { newest, motion }
    : { newest, motion, ...(suspects && { suspects }), ...(carry && { carry }) };
  return { status, engine };
}

/** What a stored record says, in the engines' own terms. */
export function readRecord({ status, engine }: DeviceRecord): { track?: TrackState; fence: FenceState } {
  const { fix, inside } = status;
  if (fix === undefined || engine === null) return { fence: { inside } };
  // Written by `recordOf` and by nobody else.
  const { newest, motion, suspects, carry } = engine as EngineState;
  const track: TrackState = { newest, fix, motion, ...(suspects && { suspects }) };
  // Fences judge every fix that is not late, so the engine stands where the track does.
  const { time, lon, lat } = lastPlace(track);
  const accuracy = fix.accuracy === undefined ? {} : { accuracy: fix.accuracy };
  return { track, fence: { time, lon, lat, ...accuracy, inside, ...carry } };
}
