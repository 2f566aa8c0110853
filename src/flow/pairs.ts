import { createProximity, type Proximity, type ProximityMemberState, type Side } from "#fence";
import { inScope } from "#rule";
import type { DeviceId, DeviceScope, Fix, Watch, WatchId } from "#wire";
import type { Device } from "./device.ts";
import { factOf } from "./fact-finding.ts";
import type { Finding } from "./finding.ts";

type ProximityWatch = Extract<Watch, { readonly kind: "proximity" }>;
type Member = Pick<Device, "id" | "groups">;

/** What proximity watches know of one device, by watch; plain JSON. */
export type PairStates = Readonly<Record<WatchId, ProximityMemberState>>;

/** Something found of two devices; it is an event of `device`. */
export interface PairFinding {
  readonly device: DeviceId;
  readonly finding: Finding;
}

/** Fixes of a member that are kept with its record. */
const KEPT_FIXES = 8;

const nothing: readonly PairFinding[] = [];

/** The watches of a workspace that are about pairs of devices: a stage of its own behind that of single devices. */
export class Pairs {
  readonly #watches: Map<WatchId, { readonly watch: ProximityWatch; readonly proximity: Proximity }> =
    new Map();

  get size(): number {
    return this.#watches.size;
  }

  /** A watch is new or another one: it begins anew with these devices. */
  put(watch: ProximityWatch, devices: Iterable<Member>): void {
    const { radius, exitMargin } = watch;
    this.#watches.set(watch.id, { watch, proximity: createProximity({ radius, exitMargin }) });
    for (const device of devices) this.#enlist(watch.id, device, undefined);
  }

  delete(watch: WatchId): void {
    this.#watches.delete(watch);
  }

  /** A device is new, came back with a restart, or belongs to other groups. */
  enlist(device: Member, states?: PairStates): void {
    for (const id of this.#watches.keys()) this.#enlist(id, device, states?.[id]);
  }

  dismiss(device: DeviceId): void {
    for (const { proximity } of this.#watches.values()) proximity.dismiss(device);
  }

  /** The next live fix of a device; what it shows about it and others, in the order of watches and time. */
  judge(device: DeviceId, { time, lon, lat }: Fix, stopped: boolean): readonly PairFinding[] {
    if (this.#watches.size === 0) return nothing;
    const found: PairFinding[] = [];
    for (const { watch, proximity } of this.#inOrder()) {
      for (const fact of proximity.judge(device, { time, lon, lat, stopped })) {
        const { finding } = factOf(fact, { time, lon, lat }, { watch: watch.id });
        found.push({ device: fact.device ?? device, finding });
      }
    }
    return found;
  }

  /** What has to be stored of a device; undefined when it is no member. */
  states(device: DeviceId): PairStates | undefined {
    let states: Record<WatchId, ProximityMemberState> | undefined;
    for (const [id, { proximity }] of this.#watches) {
      const state = proximity.memberState(device, KEPT_FIXES);
      if (state !== undefined) (states ??= {})[id] = state;
    }
    return states;
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

/** Undefined for a device that the watch is not about. */
function sideOf(watch: ProximityWatch, device: DeviceId, groups: readonly string[]): Side | undefined {
  const isIn = (scope: DeviceScope): boolean => inScope(scope, device, groups);
  if (watch.others === undefined) return isIn(watch) ? 3 : undefined;
  const [one, other] = [isIn(watch), isIn(watch.others)];
  if (one && other) return 3;
  return one ? 1 : other ? 2 : undefined;
}
