import type { EpochMs } from "#geo";
import type { DeviceId } from "#wire";
import { glideTime } from "./glide.ts";
import { nearestCopy, splitFloat, toUnitSquare } from "./mercator.ts";
import type { LivePosition } from "./live-connection.ts";

/** Floats that one marker takes in `Fleet.instances`; the order is that of the attributes in `marker-shaders.ts`. */
export const stride = 11;
const [highX, lowX, highY, lowY, deltaX, deltaY, glideStart, glideFor, course, speed, fixTime] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];

/**
 * Every device on the map, in typed arrays that go to the GPU as they are. Slot `i` of each array is one device;
 * removing one moves the last into its slot. Times in `instances` are seconds since `epoch` (32-bit floats).
 */
export class Fleet {
  count = 0;
  ids: DeviceId[] = [];
  lon: Float64Array<ArrayBuffer> = new Float64Array(1_024);
  lat: Float64Array<ArrayBuffer> = new Float64Array(1_024);
  time: Float64Array<ArrayBuffer> = new Float64Array(1_024);
  seen: Float64Array<ArrayBuffer> = new Float64Array(1_024);
  instances: Float32Array<ArrayBuffer> = new Float32Array(1_024 * stride);
  /** Grows with every change of `instances`, so that a reader knows whether to take them again. */
  version = 0;
  /** Page time (ms) until which some marker is gliding. */
  glidingUntil = 0;
  /** Fastest glide since the map last stood still, in widths of the world a millisecond. */
  fastest = 0;
  readonly epoch: EpochMs = Date.now();
  readonly #slots = new Map<DeviceId, number>();
  readonly #still: boolean;

  /** `still`: the reader asked for no motion; markers jump. */
  constructor(still: boolean) {
    this.#still = still;
  }

  /** Slot of a device, or undefined when it is not on the map. */
  slot(id: DeviceId): number | undefined {
    return this.#slots.get(id);
  }

  /** Takes one position; an older one than the device has is ignored. `now` is page time in epoch ms. */
  put(position: LivePosition, now: EpochMs): void {
    const known = this.#slots.get(position.device);
    const slot = known ?? this.#add(position.device);
    const time = this.time[slot] ?? 0;
    if (known !== undefined && position.time < time) return;
    const at = slot * stride;
    const { instances } = this;
    const [x, y] = toUnitSquare(position.lon, position.lat);
    let glide = 0;
    let [fromX, fromY] = [x, y];
    if (known !== undefined && position.time > time) {
      const before = { time, place: [this.lon[slot] ?? 0, this.lat[slot] ?? 0] as const };
      const after = { time: position.time, place: [position.lon, position.lat] as const };
      glide = this.#still ? 0 : glideTime(before, after, now - (this.seen[slot] ?? 0));
      if (glide > 0) [fromX, fromY] = this.shownAt(slot, now);
      this.seen[slot] = now;
    } else if (known === undefined) {
      this.seen[slot] = now;
    }
    [instances[at + highX], instances[at + lowX]] = splitFloat(x);
    [instances[at + highY], instances[at + lowY]] = splitFloat(y);
    instances[at + deltaX] = nearestCopy(fromX, x) - x;
    instances[at + deltaY] = fromY - y;
    instances[at + glideStart] = (now - this.epoch) / 1_000;
    instances[at + glideFor] = glide / 1_000;
    instances[at + course] = ((position.course ?? 0) * Math.PI) / 180;
    instances[at + speed] = position.speed ?? 0;
    instances[at + fixTime] = (position.time - this.epoch) / 1_000;
    this.lon[slot] = position.lon;
    this.lat[slot] = position.lat;
    this.time[slot] = position.time;
    if (now > this.glidingUntil) this.fastest = 0;
    if (glide > 0) {
      const away = Math.hypot(instances[at + deltaX] ?? 0, instances[at + deltaY] ?? 0);
      this.fastest = Math.max(this.fastest, away / glide);
    }
    this.glidingUntil = Math.max(this.glidingUntil, now + glide);
    this.version++;
  }

  /** Takes a device off the map; true when it was there. */
  remove(id: DeviceId): boolean {
    const slot = this.#slots.get(id);
    if (slot === undefined) return false;
    const last = --this.count;
    const moved = this.ids[last];
    if (slot !== last && moved !== undefined) {
      for (const array of [this.lon, this.lat, this.time, this.seen]) array[slot] = array[last] ?? 0;
      this.instances.copyWithin(slot * stride, last * stride, (last + 1) * stride);
      this.ids[slot] = moved;
      this.#slots.set(moved, slot);
    }
    this.ids.length = last;
    this.#slots.delete(id);
    this.version++;
    return true;
  }

  /** Takes everything off the map. */
  clear(): void {
    this.count = 0;
    this.ids = [];
    this.#slots.clear();
    this.version++;
  }

  /** Where the marker is drawn now, on its way between two fixes: unit square of web mercator. */
  shownAt(slot: number, now: EpochMs): readonly [x: number, y: number] {
    const at = slot * stride;
    const value = (field: number): number => this.instances[at + field] ?? 0;
    const took = (now - this.epoch) / 1_000 - value(glideStart);
    const left = value(glideFor) > 0 ? 1 - Math.min(1, Math.max(0, took / value(glideFor))) : 0;
    return [
      value(highX) + value(lowX) + value(deltaX) * left,
      value(highY) + value(lowY) + value(deltaY) * left,
    ];
  }

  /** Speed in m/s and course in degrees as last reported. */
  motion(slot: number): { readonly speed: number; readonly course: number } {
    const at = slot * stride;
    const radians = this.instances[at + course] ?? 0;
    return { speed: this.instances[at + speed] ?? 0, course: (radians * 180) / Math.PI };
  }

  #add(id: DeviceId): number {
    const slot = this.count++;
    if (slot >= this.lon.length) this.#grow();
    this.ids[slot] = id;
    this.#slots.set(id, slot);
    return slot;
  }

  #grow(): void {
    const size = this.lon.length * 2;
    const wider = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const array = new Float64Array(size);
      array.set(old);
      return array;
    };
    this.lon = wider(this.lon);
    this.lat = wider(this.lat);
    this.time = wider(this.time);
    this.seen = wider(this.seen);
    const instances = new Float32Array(size * stride);
    instances.set(this.instances);
    this.instances = instances;
  }
}
