import { normalizeLon, unwrapLon, type EpochMs } from "#geo";
import type { Fence, FenceId } from "#wire";
import { Boundaries } from "./boundaries.ts";
import { Crossings } from "./crossings.ts";
import { Devices, recordDoubles, shrink, skippedBit, vetoedBit } from "./devices.ts";
import { rejudge } from "./edits.ts";
import { explain } from "./explain.ts";
import { FenceSlots } from "./fences.ts";
import { PathJudge } from "./judge-path.ts";
import { layersOf } from "./layers.ts";
import { loadFence, unloadFence, type Ground } from "./load.ts";
import { Machine, type MachineParts } from "./machine.ts";
import { PendingChanges } from "./pending.ts";
import { safeReach } from "./safe-reach.ts";
import { Shapes } from "./shapes.ts";
import { admitPending, insideOf, lastOf, pendingOf } from "./state.ts";
import { Step } from "./step.ts";
import { CellTree } from "./tree.ts";
import type {
  Crossing,
  DeviceHandle,
  FenceCarry,
  FenceEngine,
  FenceEngineOptions,
  FenceState,
  FenceVerdict,
  JudgedPlace,
  MembershipChange,
  Veto,
} from "./types.ts";
import { Vertices } from "./vertices.ts";

/** An empty engine. */
export function createFenceEngine(options: FenceEngineOptions = {}): FenceEngine {
  return new Engine(options.crossGap ?? 300_000);
}

class Engine implements FenceEngine {
  readonly #ground: Ground;
  readonly #slots: FenceSlots = new FenceSlots();
  readonly #devices: Devices = new Devices();
  readonly #crossings: Crossings = new Crossings();
  readonly #step: Step = new Step();
  readonly #parts: MachineParts;
  readonly #machine: Machine;
  readonly #paths: PathJudge;
  /** Last places that were no outliers, of devices whose last fix was one. */
  readonly #good: Map<DeviceHandle, JudgedPlace | null> = new Map();
  /** Of devices whose last fix was vetoed. */
  readonly #vetoes: Map<DeviceHandle, Veto> = new Map();
  #dropped: readonly DeviceHandle[] = [];

  constructor(crossGap: number) {
    const shapes = new Shapes();
    const vertices = new Vertices();
    this.#ground = { tree: new CellTree(shapes, vertices), shapes, vertices };
    this.#parts = {
      devices: this.#devices,
      slots: this.#slots,
      pending: new PendingChanges(),
      boundaries: new Boundaries(this.#ground, this.#slots),
      step: this.#step,
      crossings: this.#crossings,
    };
    this.#machine = new Machine(this.#parts);
    this.#paths = new PathJudge(this.#ground, this.#parts, this.#machine, crossGap);
  }

  get fences(): number {
    return this.#slots.size;
  }

  get bytes(): { readonly devices: number; readonly fences: number } {
    const { tree, shapes, vertices } = this.#ground;
    const fences = tree.bytes + shapes.bytes + vertices.bytes + this.#slots.bytes;
    return { devices: this.#devices.bytes + this.#parts.pending.bytes, fences };
  }

  put(fence: Fence): readonly MembershipChange[] {
    const known = this.#slots.find(fence.id);
    const slot = known ?? this.#slots.add(fence.id);
    unloadFence(this.#ground, this.#slots.shapes[slot] ?? -1);
    this.#slots.versions[slot] = fence.version;
    this.#slots.setLayers(slot, layersOf(fence));
    this.#slots.shapes[slot] = loadFence(this.#ground, slot, fence);
    return this.#rejudge(slot, known === undefined);
  }

  remove(id: FenceId): readonly MembershipChange[] {
    const slot = this.#slots.find(id);
    if (slot === undefined) return [];
    unloadFence(this.#ground, this.#slots.shapes[slot] ?? -1);
    this.#slots.shapes[slot] = -1;
    const changes = this.#rejudge(slot, false);
    this.#slots.release(slot);
    return changes;
  }

  get dropped(): readonly DeviceHandle[] {
    return this.#dropped;
  }

  #rejudge(slot: number, isNew: boolean): readonly MembershipChange[] {
    this.#dropped = isNew ? [] : this.#machine.dropFence(slot);
    return rejudge(this.#ground, this.#parts, this.#paths, this.#good, slot, isNew);
  }

  admit(state?: FenceState): DeviceHandle {
    const handle = this.#devices.add();
    if (state?.lon === undefined || state.lat === undefined || state.time === undefined) return handle;
    const { time, lat, accuracy = 0 } = state;
    const lon = normalizeLon(state.lon);
    this.#devices.store(handle, { time, lon, lat, accuracy: usable(accuracy), reach: 0 });
    for (const id of state.inside) {
      const slot = this.#slots.find(id);
      if (slot !== undefined && !this.#devices.isIn(handle, slot)) this.#devices.enter(handle, slot);
    }
    admitPending(this.#parts, this.#machine, handle, state.pending);
    if (state.good !== undefined) this.#skip(handle, state.good);
    if (state.veto !== undefined) this.#setVeto(handle, state.veto);
    return handle;
  }

  release(handle: DeviceHandle): void {
    this.#machine.dropAll(handle);
    this.#good.delete(handle);
    this.#vetoes.delete(handle);
    this.#devices.release(handle);
  }

  state(handle: DeviceHandle): FenceState {
    const last = lastOf(this.#parts, handle);
    const inside = insideOf(this.#parts, handle);
    if (last === undefined) return { inside };
    const accuracy = this.#devices.accuracy(handle);
    return { ...last, ...(accuracy > 0 && { accuracy }), inside, ...this.carry(handle) };
  }

  carry(handle: DeviceHandle): FenceCarry | undefined {
    if (this.#devices.isPlain(handle)) return undefined;
    const veto = this.#vetoes.get(handle);
    const good = this.#good.get(handle);
    const pending = pendingOf(this.#parts, handle);
    return {
      ...(veto && { veto }),
      ...(good !== undefined && { good }),
      ...(pending.length > 0 && { pending }),
    };
  }

  explain(handle: DeviceHandle): readonly FenceVerdict[] {
    return explain(this.#parts, this.#machine, this.#paths, this.state(handle), handle);
  }

  onBoundaryCell(lon: number, lat: number): boolean {
    return this.#ground.tree.boundaryAt(normalizeLon(lon), lat);
  }

  crossing(index: number): Crossing {
    return this.#crossings.at(index);
  }

  update(
    handle: DeviceHandle,
    time: EpochMs,
    lonAsGiven: number,
    lat: number,
    accuracy: number = 0,
    speed: number = NaN,
    outlier: boolean = false,
  ): number {
    const lon = normalizeLon(lonAsGiven);
    const known = usable(accuracy);
    this.#crossings.clear();
    if (!outlier && this.#devices.advance(handle, time, lon, lat, known, speed)) return 0;
    this.#step.begin(time, lon, lat, known, speed);
    return this.#slow(handle, outlier);
  }

  /** What the reach does not answer. */
  #slow(handle: DeviceHandle, outlier: boolean): number {
    const devices = this.#devices;
    const step = this.#step;
    step.px = devices.places[recordDoubles * handle] ?? NaN;
    step.py = devices.places[recordDoubles * handle + 1] ?? NaN;
    step.from = devices.places[recordDoubles * handle + 2] ?? NaN;
    step.beforeAccuracy = devices.accuracy(handle);
    step.beforeVetoed = devices.has(handle, vetoedBit);
    let veto: Veto | undefined;
    if (step.beforeVetoed) {
      veto = this.#vetoes.get(handle);
      this.#setVeto(handle, undefined);
    }
    if (outlier) {
      this.#judgeOutlier(handle, veto);
      return this.#crossings.sort();
    }
    step.reach = 0;
    if (Number.isNaN(step.px)) {
      step.vetoed = false;
      this.#paths.first(handle, "all");
    } else if (!devices.has(handle, skippedBit)) {
      this.#findVeto(handle);
      this.#judgeStep(handle);
    } else this.#judgeAfterOutlier(handle);
    this.#machine.judge(handle);
    devices.store(handle, step);
    return this.#crossings.sort();
  }

  /** Judges the ordinary step, and finds the reach at its end. */
  #judgeStep(handle: DeviceHandle): void {
    const step = this.#step;
    const { px, py, lon, lat } = step;
    const dx = Math.abs(lon - px);
    const dy = Math.abs(lat - py);
    const way = dx > dy ? dx : dy;
    const left = this.#devices.reach(handle) - way;
    if (left > 0) step.reach = left * shrink;
    else if (way > 0) {
      step.reach = safeReach(this.#ground, step) * shrink;
      // What is safe around the new place holds the whole way there: then nothing was met on it.
      if (step.reach <= way) this.#paths.step(handle, "all", unwrapLon(px, lon));
    }
  }

  /** Fences without layers judge an outlier like any fix, the others as if it had not been sent. */
  #judgeOutlier(handle: DeviceHandle, veto: Veto | undefined): void {
    const { px, py, lon, lat, from: time, beforeAccuracy } = this.#step;
    const isFirst = Number.isNaN(px);
    this.#step.vetoed = false;
    if (!this.#devices.has(handle, skippedBit)) {
      const accuracy = beforeAccuracy > 0 ? { accuracy: beforeAccuracy } : {};
      this.#skip(handle, isFirst ? null : { time, lon: px, lat: py, ...accuracy, ...(veto && { veto }) });
    }
    if (this.#slots.anyStrict) {
      if (isFirst) this.#paths.first(handle, "strict");
      else if (px !== lon || py !== lat) this.#paths.step(handle, "strict", unwrapLon(px, lon));
    }
    this.#step.reach = 0;
    this.#devices.store(handle, this.#step);
  }

  /** The first good fix after outliers: fences with layers judge the path from the last good place. */
  #judgeAfterOutlier(handle: DeviceHandle): void {
    const step = this.#step;
    const { lon, lat } = step;
    if (this.#slots.anyStrict && (step.px !== lon || step.py !== lat))
      this.#paths.step(handle, "strict", unwrapLon(step.px, lon));
    const good = this.#good.get(handle);
    this.#good.delete(handle);
    this.#devices.flag(handle, skippedBit, false);
    step.px = good?.lon ?? NaN;
    step.py = good?.lat ?? NaN;
    step.from = good?.time ?? NaN;
    step.beforeAccuracy = good?.accuracy ?? 0;
    step.beforeVetoed = good?.veto !== undefined;
    this.#findVeto(handle);
    if (!good) this.#paths.first(handle, "layered");
    else if (step.px !== lon || step.py !== lat) this.#paths.step(handle, "layered", unwrapLon(step.px, lon));
  }

  #findVeto(handle: DeviceHandle): void {
    const impliedSpeed = this.#step.veto();
    if (this.#step.vetoed) this.#setVeto(handle, { impliedSpeed, reportedSpeed: this.#step.speed });
  }

  #setVeto(handle: DeviceHandle, veto: Veto | undefined): void {
    this.#devices.flag(handle, vetoedBit, veto !== undefined);
    if (veto === undefined) this.#vetoes.delete(handle);
    else this.#vetoes.set(handle, veto);
  }

  #skip(handle: DeviceHandle, good: JudgedPlace | null): void {
    this.#devices.flag(handle, skippedBit, true);
    this.#good.set(handle, good);
  }
}

/** Accuracy as it counts: 0 when unknown. */
function usable(accuracy: number): number {
  return accuracy > 0 ? accuracy : 0;
}
