import type { EpochMs } from "#geo";
import type { DeviceHandle, FenceCarry, FenceState } from "#fence";
import type { Offset } from "#ports";
import { lastPlace, type TrackState } from "#track";
import type { DeviceId, DeviceRecord, DeviceStatus, FenceId, WorkspaceId } from "#wire";
import type { PairStates } from "./pairs.ts";
import type { WatchPlan } from "./watch-plan.ts";
import type { Watched } from "./watched.ts";

/** A device as the flow works on it, ahead of what is committed. Owned by one queue, changed in place. */
export interface Device {
  readonly workspace: WorkspaceId;
  readonly id: DeviceId;
  handle: DeviceHandle;
  track: TrackState | undefined;
  watched: Watched | undefined;
  /** The watches that are about it, once somebody has asked. */
  plan: WatchPlan | undefined;
  seenAt: EpochMs | undefined;
  /** Ascending by id; a new array whenever it changes. */
  inside: readonly FenceId[];
  /** What the fence engine remembers besides. */
  carry: FenceCarry | undefined;
  /** Ascending by name. */
  groups: readonly string[];
  /** Device time of the newest base that was kept, and the entry that kept it. */
  based: Based;
  /** The newest fix came from an import: no timers. */
  quiet: boolean;
  /** How often findings were withdrawn, by key; see `finding.ts`. */
  generations: Readonly<Record<string, number>> | undefined;
  /** What the watches about pairs know of it. */
  pairs: PairStates | undefined;
}

/** When the device's newest base was kept. */
export interface Based {
  readonly time: EpochMs;
  readonly offset: Offset;
}

/** A device of which no base was ever kept: the next fix keeps one, if anything was ever edited. */
export const neverBased: Based = { time: Number.NEGATIVE_INFINITY, offset: -1 };

/** What `engine` of a stored record holds: what the status does not say already. */
interface EngineState extends Omit<TrackState, "fix"> {
  /** `time` and `offset` of `based`. */
  readonly based?: readonly [EpochMs, Offset];
  readonly carry?: FenceCarry;
  readonly watched?: Watched;
  readonly quiet?: true;
  readonly generations?: Readonly<Record<string, number>>;
  readonly pairs?: PairStates;
}

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
  const { track, based, carry, watched, quiet, generations, pairs } = device;
  if (track === undefined) return { status, engine: null };
  const { newest, motion, suspects } = track;
  const engine: EngineState = {
    newest,
    motion,
    based: [based.time, based.offset],
    ...(suspects && { suspects }),
    ...(carry && { carry }),
    ...(watched && { watched }),
    ...(quiet && { quiet }),
    ...(generations && { generations }),
    ...(pairs && { pairs }),
  };
  return { status, engine };
}

/** What a stored record says, in the engines' own terms. */
export type Read = Pick<Device, "track" | "watched" | "based" | "quiet" | "generations" | "pairs"> & {
  readonly fence: FenceState;
};

/** Reads what `recordOf` wrote, also what it wrote in earlier versions. */
export function readRecord({ status, engine }: DeviceRecord): Read {
  const { fix, inside } = status;
  const nothing = {
    watched: undefined,
    based: neverBased,
    quiet: false,
    generations: undefined,
    pairs: undefined,
  };
  if (fix === undefined || engine === null) return { ...nothing, track: undefined, fence: { inside } };
  // Written by `recordOf` and by nobody else.
  const { newest, motion, suspects, based, carry, watched, quiet, generations, pairs } =
    engine as EngineState;
  const track: TrackState = { newest, fix, motion, ...(suspects && { suspects }) };
  // Fences judge every fix that is not late, so the engine stands where the track does.
  const { time, lon, lat } = lastPlace(track);
  return {
    track,
    watched,
    based: based === undefined ? { time: newest, offset: -1 } : { time: based[0], offset: based[1] },
    quiet: quiet === true,
    generations,
    pairs,
    fence: {
      time,
      lon,
      lat,
      ...(fix.accuracy !== undefined && { accuracy: fix.accuracy }),
      inside,
      ...carry,
    },
  };
}
