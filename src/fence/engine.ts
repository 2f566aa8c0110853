import { normalizeLon, unwrapLon, type EpochMs } from "#geo";
import type { Fence, FenceId } from "#wire";
import { Devices } from "./devices.ts";
import { FenceSlots } from "./fences.ts";
import { fractionOf, momentAt } from "./judge.ts";
import { loadFence, unloadFence, type Ground } from "./load.ts";
import { Path } from "./path.ts";
import { safeReach } from "./safe-reach.ts";
import { Shapes } from "./shapes.ts";
import { CellTree } from "./tree.ts";
import type {
  Crossing,
  CrossingType,
  DeviceHandle,
  FenceEngine,
  FenceEngineOptions,
  FenceState,
  MembershipChange,
} from "./types.ts";
import { Vertices } from "./vertices.ts";

/** What is left of a reach after each use: more than `float32` can round away. */
const shrink = 1 - 1e-6;

/** An empty engine. */
export function createFenceEngine(options: FenceEngineOptions = {}): FenceEngine {
  return new Engine(options.crossGap ?? 300_000);
}

class Engine implements FenceEngine {
  readonly #crossGap: number;
  readonly #ground: Ground;
  readonly #tree: CellTree;
  readonly #shapes: Shapes = new Shapes();
  readonly #vertices: Vertices = new Vertices();
  readonly #slots: FenceSlots = new FenceSlots();
  readonly #devices: Devices = new Devices();
  readonly #path: Path;
  #crossings: Crossing[] = [];
  /** Slots of the fences around the last place that was asked for. */
  readonly #around: number[] = [];

  constructor(crossGap: number) {
    this.#crossGap = crossGap;
    this.#tree = new CellTree(this.#shapes, this.#vertices);
    this.#ground = { tree: this.#tree, shapes: this.#shapes, vertices: this.#vertices };
    this.#path = new Path(this.#tree, this.#shapes, this.#vertices, this.#slots);
  }

  get fences(): number {
    return this.#slots.size;
  }

  get bytes(): { readonly devices: number; readonly fences: number } {
    const fences = this.#tree.bytes + this.#shapes.bytes + this.#vertices.bytes + this.#slots.bytes;
    return { devices: this.#devices.bytes, fences };
  }

  put(fence: Fence): readonly MembershipChange[] {
    const known = this.#slots.find(fence.id);
    const slot = known ?? this.#slots.add(fence.id, fence.version);
    unloadFence(this.#ground, this.#slots.shapes[slot] ?? -1);
    this.#slots.versions[slot] = fence.version;
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

  admit(state?: FenceState): DeviceHandle {
    const handle = this.#devices.add();
    if (state?.lon === undefined || state.lat === undefined || state.time === undefined) return handle;
    this.#store(handle, state.time, normalizeLon(state.lon), state.lat, 0);
    for (const id of state.inside) {
      const slot = this.#slots.find(id);
      if (slot !== undefined) this.#devices.enter(handle, slot);
    }
    return handle;
  }

  release(handle: DeviceHandle): void {
    this.#devices.release(handle);
  }

  state(handle: DeviceHandle): FenceState {
    const list = this.#devices.list(handle);
    const inside: FenceId[] = [];
    for (let i = 1; i <= this.#devices.inside.length(list); i++)
      inside.push(this.#slots.id(this.#devices.inside.data[list + i] ?? 0));
    const [lon = NaN, lat = NaN, time = NaN] = this.#devices.places.subarray(4 * handle, 4 * handle + 3);
    return Number.isNaN(lon) ? { inside } : { time, lon, lat, inside };
  }

  onBoundaryCell(lon: number, lat: number): boolean {
    return this.#tree.boundaryAt(normalizeLon(lon), lat);
  }

  crossing(index: number): Crossing {
    const found = this.#crossings[index];
    if (found === undefined) throw new RangeError(`no crossing ${index} of ${this.#crossings.length}`);
    return found;
  }

  update(handle: DeviceHandle, time: EpochMs, lonAsGiven: number, lat: number): number {
    const lon = normalizeLon(lonAsGiven);
    if (this.#crossings.length > 0) this.#crossings = [];
    const places = this.#devices.places;
    const px = places[4 * handle] ?? NaN;
    const py = places[4 * handle + 1] ?? NaN;
    if (Number.isNaN(px)) return this.#first(handle, time, lon, lat);
    const reaches = this.#devices.reaches;
    const dx = lon < px ? px - lon : lon - px;
    const dy = lat < py ? py - lat : lat - py;
    const left = (reaches[8 * handle + 6] ?? 0) - (dx > dy ? dx : dy);
    if (left > 0) {
      places[4 * handle] = lon;
      places[4 * handle + 1] = lat;
      places[4 * handle + 2] = time;
      reaches[8 * handle + 6] = left * shrink;
      return 0;
    }
    const from = places[4 * handle + 2] ?? time;
    if (px === lon && py === lat) {
      places[4 * handle + 2] = time;
      return 0;
    }
    const reach = safeReach(this.#ground, lon, lat) * shrink;
    // What is safe around the new place holds the whole way there: then nothing was met on it.
    if (reach <= (dx > dy ? dx : dy)) {
      const path = this.#path;
      path.follow(px, py, unwrapLon(px, lon), lat);
      if (path.count > 0 || path.qx !== lon) this.#decide(handle, from, time, lon, lat);
    }
    this.#store(handle, time, lon, lat, reach);
    return this.#crossings.length;
  }

  #first(handle: DeviceHandle, time: EpochMs, lon: number, lat: number): number {
    this.#look(lon, lat);
    for (const slot of this.#around) {
      this.#devices.enter(handle, slot);
      const [fence, fenceVersion] = [this.#slots.id(slot), this.#slots.versions[slot] ?? 0];
      this.#crossings.push({ type: "enter", fence, fenceVersion, time, lon, lat, reason: "first" });
    }
    this.#sort();
    this.#store(handle, time, lon, lat, safeReach(this.#ground, lon, lat) * shrink);
    return this.#crossings.length;
  }

  /** Which candidates of the path changed. */
  #decide(handle: DeviceHandle, from: EpochMs, time: EpochMs, lon: number, lat: number): void {
    const path = this.#path;
    const question = this.#look(lon, lat);
    // Over the antimeridian the path is judged in two turns, whose numbers round differently: ask both sides.
    if (path.qx !== lon) this.#addMissing(handle, question);
    for (let i = 0; i < path.count; i++) {
      const candidate = path.candidates[i];
      if (candidate === undefined) continue;
      const was = this.#devices.inside.includes(this.#devices.list(handle), candidate.fence);
      const now = this.#slots.seen[candidate.fence] === question;
      if (was && now) continue;
      if (!was && !now && time - from > this.#crossGap) continue;
      const type: CrossingType = was ? "exit" : now ? "enter" : "cross";
      const fraction = fractionOf(this.#ground, path, candidate, type);
      if (fraction < 0) continue;
      if (type === "enter") this.#devices.enter(handle, candidate.fence);
      if (type === "exit") this.#devices.leave(handle, candidate.fence);
      const [fence, fenceVersion] = [
        this.#slots.id(candidate.fence),
        this.#slots.versions[candidate.fence] ?? 0,
      ];
      this.#crossings.push({ type, fence, fenceVersion, ...momentAt(path, from, time, fraction) });
    }
    this.#sort();
  }

  #addMissing(handle: DeviceHandle, question: number): void {
    const slots = [...this.#around];
    const list = this.#devices.list(handle);
    for (let i = 1; i <= this.#devices.inside.length(list); i++)
      slots.push(this.#devices.inside.data[list + i] ?? 0);
    for (const slot of new Set(slots)) {
      const was = this.#devices.inside.includes(list, slot);
      if (was !== (this.#slots.seen[slot] === question)) this.#path.ensure(slot);
    }
  }

  #sort(): void {
    if (this.#crossings.length > 1)
      this.#crossings.sort((a, b) => a.time - b.time || (a.fence < b.fence ? -1 : 1));
  }

  /** Finds the fences around a place; they are marked with the number that is answered. */
  #look(lon: number, lat: number): number {
    const question = this.#path.nextQuestion();
    const seen = this.#slots.seen;
    this.#around.length = 0;
    this.#tree.shapesAt(lon, lat, (shape) => {
      const slot = this.#shapes.fence[shape] ?? 0;
      if (seen[slot] === question) return;
      seen[slot] = question;
      this.#around.push(slot);
    });
    return question;
  }

  /** After an edit: which devices have their last place on another side of the fence than before. */
  #rejudge(slot: number, isNew: boolean): readonly MembershipChange[] {
    const changes: MembershipChange[] = [];
    const { places, reaches } = this.#devices;
    const boxes: Box[] = [];
    for (let shape = this.#slots.shapes[slot] ?? -1; shape !== -1; shape = this.#shapes.next[shape] ?? -1)
      boxes.push(this.#tree.boxOf(shape));
    const around = union(boxes);
    const [fence, fenceVersion] = [this.#slots.id(slot), this.#slots.versions[slot] ?? 0];
    for (let handle = 0; handle < this.#devices.end; handle++) {
      const lon = places[4 * handle] ?? NaN;
      const lat = places[4 * handle + 1] ?? NaN;
      if (Number.isNaN(lon)) continue;
      // A new boundary may lie where the device was safe to go.
      if (meets(around, lon, lat, reaches[8 * handle + 6] ?? 0)) reaches[8 * handle + 6] = 0;
      const was = !isNew && this.#devices.inside.includes(this.#devices.list(handle), slot);
      const near = meets(around, lon, lat, 0) && boxes.some((box) => meets(box, lon, lat, 0));
      const now = near && this.#isIn(slot, lon, lat);
      if (was === now) continue;
      if (now) this.#devices.enter(handle, slot);
      else this.#devices.leave(handle, slot);
      changes.push({ handle, type: now ? "enter" : "exit", fence, fenceVersion });
    }
    return changes;
  }

  #isIn(slot: number, lon: number, lat: number): boolean {
    const question = this.#look(lon, lat);
    return this.#slots.seen[slot] === question;
  }

  #store(handle: DeviceHandle, time: EpochMs, lon: number, lat: number, reach: number): void {
    const { places, reaches } = this.#devices;
    places[4 * handle] = lon;
    places[4 * handle + 1] = lat;
    places[4 * handle + 2] = time;
    reaches[8 * handle + 6] = reach;
  }
}

type Box = readonly [west: number, south: number, east: number, north: number];

function union(boxes: readonly Box[]): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    west = Math.min(west, box[0]);
    south = Math.min(south, box[1]);
    east = Math.max(east, box[2]);
    north = Math.max(north, box[3]);
  }
  return [west, south, east, north];
}

/** Whether the box, made larger by `reach` degrees, holds a place. */
function meets(box: Box, lon: number, lat: number, reach: number): boolean {
  return lon >= box[0] - reach && lon <= box[2] + reach && lat >= box[1] - reach && lat <= box[3] + reach;
}
