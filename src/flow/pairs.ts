import {
  createProximity,
  type Proximity,
  type ProximityFact,
  type ProximityFix,
  type ProximityMemberState,
  type ProximityPairState,
  type Side,
} from "#fence";
import type { EpochMs, Milliseconds } from "#geo";
import { inScope } from "#rule";
import type { DeviceId, DeviceScope, Watch, WatchId } from "#wire";
import type { Device } from "./device.ts";
import type { Finding } from "./finding.ts";

type ProximityWatch = Extract<Watch, { readonly kind: "proximity" }>;
type Member = Pick<Device, "id" | "groups">;

/** What is stored of a device and a watch; what else there was is recalled from the device's past. */
export interface StoredMember extends Pick<ProximityMemberState, "fixes" | "cut"> {
  readonly pairs: readonly Omit<ProximityPairState, "turns">[];
}

/** What proximity watches know of one device, by watch; plain JSON. */
export type PairStates = Readonly<Record<WatchId, StoredMember>>;

/** What a watch knows of a member, of whom it is taken up again. */
export type RecallMember = (watch: WatchId, device: DeviceId) => ProximityMemberState | undefined;

/** Something found of two devices; it is an event of `device`. */
export interface PairFinding {
  readonly kind: ProximityFact["kind"];
  readonly device: DeviceId;
  readonly finding: Finding;
  /** The fix that it was found with. */
  readonly shown: EpochMs;
}

/** Fixes of a member that are kept with its record. */
const KEPT_FIXES = 8;

/** So long after two have parted nobody asks about that time any more. */
const LONG_OVER: Milliseconds = 300_000;

const nothing: readonly PairFinding[] = [];

/** The watches of a workspace that are about pairs of devices: a stage of its own behind that of single devices. */
export class Pairs {
  readonly #watches: Map<WatchId, { readonly watch: ProximityWatch; proximity: Proximity }> = new Map();
  readonly #horizon: Milliseconds;

  /** `horizon`: how far fixes may be behind others. */
  constructor(horizon: Milliseconds) {
    this.#horizon = horizon;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** A watch is new or another one: it begins anew with these devices. */
  put(watch: ProximityWatch, devices: Iterable<Member>): void {
    this.#watches.set(watch.id, { watch, proximity: this.#begin(watch) });
    for (const device of devices) this.#enlist(watch.id, device, undefined);
  }

  delete(watch: WatchId): void {
    this.#watches.delete(watch);
  }

  /** A device is new, or belongs to other groups. */
  enlist(device: Member): void {
    for (const id of this.#watches.keys()) this.#enlist(id, device, undefined);
  }

  /** All watches are taken up again where they were. */
  resume(devices: Iterable<Member>, recall: RecallMember): void {
    const all = [...devices];
    for (const known of this.#watches.values()) {
      known.proximity = this.#begin(known.watch);
      for (const device of all) this.#enlist(known.watch.id, device, recall(known.watch.id, device.id));
    }
  }

  dismiss(device: DeviceId): void {
    for (const { proximity } of this.#watches.values()) proximity.dismiss(device);
  }

  /** The next live fix of a device; what it shows about it and others, in the order of watches. */
  judge(device: DeviceId, fix: ProximityFix): readonly PairFinding[] {
    return this.#ask((proximity) => proximity.judge(device, fix));
  }

  /** The live fixes of a device behind a time are these; what that changes. */
  amend(device: DeviceId, after: EpochMs, fixes: readonly ProximityFix[]): readonly PairFinding[] {
    return this.#ask((proximity) => proximity.amend(device, after, fixes));
  }

  /** What has to be stored of a device; undefined when it is no member. */
  states(device: DeviceId): PairStates | undefined {
    let states: Record<WatchId, StoredMember> | undefined;
    for (const [id, { proximity }] of this.#watches) {
      const state = proximity.memberState(device, KEPT_FIXES);
      if (state !== undefined) (states ??= {})[id] = stored(state);
    }
    return states;
  }

  #ask(ask: (proximity: Proximity) => readonly ProximityFact[]): readonly PairFinding[] {
    if (this.#watches.size === 0) return nothing;
    const found: PairFinding[] = [];
    for (const { watch, proximity } of this.#inOrder()) {
      for (const { kind, shown, type, device, other, time, fix, lon, lat } of ask(proximity)) {
        found.push({ kind, shown, device, finding: { type, watch: watch.id, other, time, fix, lon, lat } });
      }
    }
    return found;
  }

  #begin({ radius, exitMargin }: ProximityWatch): Proximity {
    return createProximity({ radius, exitMargin, horizon: this.#horizon });
  }

  #enlist(id: WatchId, { id: device, groups }: Member, state: ProximityMemberState | undefined): void {
    const known = this.#watches.get(id);
    if (known === undefined) return;
    const side = sideOf(known.watch, device, groups);
    if (side === undefined) known.proximity.dismiss(device);
    else known.proximity.enlist(device, side, state);
  }

  #inOrder(): readonly { readonly watch: ProximityWatch; readonly proximity: Proximity }[] {
    return [...this.#watches.values()].sort((a, b) => (a.watch.id < b.watch.id ? -1 : 1));
  }
}

/** Pairs that are long over are not stored: their events tell of them. */
function stored({ fixes, cut, pairs }: ProximityMemberState): StoredMember {
  const newest = fixes.at(-1)?.time ?? 0;
  const kept = pairs.filter(({ near, until }) => near || until >= newest - LONG_OVER);
  return {
    fixes,
    ...(cut && { cut }),
    pairs: kept.map(({ other, near, until, fix, parted }) => ({ other, near, until, fix, parted })),
  };
}

/** Undefined for a device that the watch is not about. */
function sideOf(watch: ProximityWatch, device: DeviceId, groups: readonly string[]): Side | undefined {
  const isIn = (scope: DeviceScope): boolean => inScope(scope, device, groups);
  if (watch.others === undefined) return isIn(watch) ? 3 : undefined;
  const [one, other] = [isIn(watch), isIn(watch.others)];
  if (one && other) return 3;
  return one ? 1 : other ? 2 : undefined;
}
