import type { ProximityFix, ProximityMemberState, ProximityPairState, ProximityTurn } from "#fence";
import type { EpochMs } from "#geo";
import type { Past, Stretch } from "#ports";
import { judgePosition, reportedOf, type TrackConfig } from "#track";
import type { DeviceId, Event, WatchId } from "#wire";
import { judgedIn } from "./bases.ts";
import type { Device } from "./device.ts";
import type { Fleet } from "./fleet.ts";
import { proximityFix } from "./judge-pairs.ts";
import type { StoredMember } from "./pairs.ts";
import { readStretches } from "./prefetch.ts";
import { baseBefore } from "./recent.ts";
import type { FlowSettings } from "./settings.ts";

/** What of a device's past its watches about pairs go by. */
interface Recalled {
  /** Behind its base, and the one there. */
  readonly fixes: readonly ProximityFix[];
  /** Standing events of pairs of which it is the first. */
  readonly events: readonly Event[];
}

/**
 * Brings the watches about pairs of devices back to where they were: what devices did lately is read from the store and gone
 * through again, so that fixes that were on their way find the same as if nothing had stopped.
 */
export async function recallPairs(
  fleet: Fleet,
  past: Past,
  { horizon, track }: Pick<FlowSettings, "horizon" | "track">,
): Promise<void> {
  for (const workspace of fleet.all()) {
    if (workspace.pairs.size === 0) continue;
    const since = new Map<DeviceId, ReadonlySet<EpochMs>>();
    for (const device of workspace.devices.values()) {
      if (device.pairs === undefined || device.track === undefined) continue;
      since.set(device.id, new Set([device.track.newest - horizon]));
    }
    const stretches = await readStretches(past, workspace.id, since);
    const recalled = new Map<DeviceId, Recalled>();
    for (const [id, stretch] of stretches) {
      const before = Math.min(...(since.get(id) ?? []));
      recalled.set(id, { fixes: liveIn(stretch, before, track), events: stretch.events.filter(isOfPair) });
    }
    workspace.pairs.resume(workspace.devices.values(), (watch, id) =>
      memberState(watch, { device: workspace.devices.get(id), recalled: recalled.get(id) }),
    );
  }
}

/** The live fixes of a stretch, and whether the device had stopped then. */
function liveIn(stretch: Stretch, before: EpochMs, config: TrackConfig): ProximityFix[] {
  const base = baseBefore(stretch, before);
  let { track } = judgedIn(base);
  const live = track === undefined ? [] : [proximityFix(track.fix, track.motion.motion === "stopped")];
  for (const fix of stretch.fixes) {
    if (base !== undefined && fix.time <= base.time) continue;
    const { verdict, state } = judgePosition(track, reportedOf(fix), config);
    if (verdict === "duplicate" || verdict === "late") continue;
    track = state;
    if (state.fix.time === fix.time) live.push(proximityFix(fix, state.motion.motion === "stopped"));
  }
  return live;
}

const isOfPair = ({ type, withdrawnAt }: Event): boolean =>
  withdrawnAt === undefined && (type === "proximity" || type === "apart");

function memberState(
  watch: WatchId,
  of: { readonly device: Device | undefined; readonly recalled: Recalled | undefined },
): ProximityMemberState | undefined {
  const stored = of.device?.pairs?.[watch];
  if (stored === undefined) return undefined;
  const { fixes = [], events = [] } = of.recalled ?? {};
  const first = fixes[0]?.time ?? Infinity;
  // Without more than what is stored, the watch began with the first of these.
  const begin = stored.cut ? -Infinity : (stored.fixes[0]?.time ?? Infinity);
  return {
    fixes: [...stored.fixes.filter(({ time }) => time < first), ...fixes.filter(({ time }) => time >= begin)],
    ...(stored.cut && { cut: true }),
    pairs: pairsOf(
      stored,
      events.filter((event) => event.watch === watch),
    ),
  };
}

/** The pairs that were stored, and those of which only their events tell. */
function pairsOf({ pairs }: StoredMember, events: readonly Event[]): ProximityPairState[] {
  const turns = new Map<DeviceId, ProximityTurn[]>();
  for (const { type, other, time, lon, lat, fix, shown = fix } of events) {
    if (other === undefined || (type !== "proximity" && type !== "apart")) continue;
    const all = turns.get(other) ?? [];
    all.push({ type, time, lon, lat, fix, shown });
    turns.set(other, all);
  }
  for (const all of turns.values()) all.sort((a, b) => a.shown - b.shown || a.time - b.time);
  const known = pairs.map((pair): ProximityPairState => {
    const own = turns.get(pair.other) ?? [];
    turns.delete(pair.other);
    return { ...pair, turns: own };
  });
  const others = Array.from(turns, ([other, own]): ProximityPairState => {
    const lastOf = (one: ProximityTurn["type"]): EpochMs =>
      own.findLast(({ type }) => type === one)?.fix ?? -1;
    const [fix, parted] = [lastOf("proximity"), lastOf("apart")];
    return { other, near: false, until: Number.NEGATIVE_INFINITY, fix, parted, turns: own };
  });
  return [...known, ...others];
}
