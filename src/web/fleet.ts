import type { Degrees, EpochMs, Milliseconds } from "#geo";
import type { DeviceId } from "#wire";
import { glideTime } from "./glide.ts";
import { nearestCopy, toUnitSquare } from "./mercator.ts";
import type { Moves } from "./moves.ts";

/** Floats that one marker takes in `Fleet.instances`; the order is that of the attributes in `marker-shaders.ts`. */
export const stride = 11;
const [highX, lowX, highY, lowY, deltaX, deltaY, glideStart, glideFor, courseAt, speedAt, fixTime] = [
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
  /** Grows when a device comes or goes. */
  members = 0;
  readonly #slots = new Map<DeviceId, number>();
  /** What `Moves` calls the devices: the id of each number, its slot + 1, and the number of the device in each slot. */
  readonly #named: (DeviceId | undefined)[] = [];
  #slotOf: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  #numbers: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  readonly #still: boolean;

  /** `still`: the reader asked for no motion; markers jump. */
  constructor(still: boolean) {
    this.#still = still;
  }

  /** Slot of a device, or undefined when it is not on the map. */
  slot(id: DeviceId): number | undefined {
    return this.#slots.get(id);
  }

  /** The device that `Moves` calls so; undefined when it is gone. */
  named(number: number): DeviceId | undefined {
    return this.#named[number];
  }

  /** What `Moves` calls the device in a slot. */
  numberOf(slot: number): number {
    return this.#numbers[slot] ?? 0;
  }

  /**
   * Takes what moved; a position older than the device's is ignored. `now` is page time in epoch ms; `later`: by how much
   * times are put off, so that what is shown late on purpose does not look old.
   */
  take(moves: Moves, now: EpochMs, later: Milliseconds = 0): void {
    for (const number of moves.gone) this.#forget(number);
    for (const [index, id] of moves.named.entries()) this.#name(moves.numbers[index] ?? 0, id);
    if (now > this.glidingUntil) this.fastest = 0;
    const { device, time, lon, lat, speed, course } = moves;
    for (let i = 0; i < device.length; i++) {
      const slot = this.#slotFor(device[i] ?? 0);
      if (slot < 0) continue;
      const at = slot * stride;
      if (!this.#place(slot, (time[i] ?? 0) + later, lon[i] ?? 0, lat[i] ?? 0, now)) continue;
      this.instances[at + courseAt] = ((course[i] || 0) * Math.PI) / 180;
      this.instances[at + speedAt] = speed[i] || 0;
    }
    this.version++;
  }

  /** Takes a device off the map; true when it was there. */
  remove(id: DeviceId): boolean {
    const slot = this.#slots.get(id);
    if (slot === undefined) return false;
    const number = this.numberOf(slot);
    const last = --this.count;
    const moved = this.ids[last];
    if (slot !== last && moved !== undefined) {
      for (const array of [this.lon, this.lat, this.time, this.seen]) array[slot] = array[last] ?? 0;
      this.instances.copyWithin(slot * stride, last * stride, (last + 1) * stride);
      this.ids[slot] = moved;
      this.#slots.set(moved, slot);
      this.#numbers[slot] = this.numberOf(last);
      this.#slotOf[this.numberOf(last)] = slot + 1;
    }
    this.#slotOf[number] = 0;
    this.ids.length = last;
    this.#slots.delete(id);
    this.version++;
    this.members++;
    return true;
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
    const radians = this.instances[at + courseAt] ?? 0;
    return { speed: this.instances[at + speedAt] ?? 0, course: (radians * 180) / Math.PI };
  }

  #forget(number: number): void {
    const id = this.#named[number];
    this.#named[number] = undefined;
    if (id !== undefined) this.remove(id);
  }

  #name(number: number, id: DeviceId): void {
    // One name, one slot, whatever was told before.
    this.#forget(number);
    this.remove(id);
    this.#named[number] = id;
    if (number >= this.#slotOf.length) this.#slotOf = wider(this.#slotOf, number + 1);
  }

  /** The slot of a number, a new one where it has none; -1 for a number without a name. */
  #slotFor(number: number): number {
    const known = this.#slotOf[number] ?? 0;
    if (known > 0) return known - 1;
    const id = this.#named[number];
    if (id === undefined) return -1;
    const slot = this.count++;
    if (slot >= this.lon.length) this.#grow();
    this.ids[slot] = id;
    this.#slots.set(id, slot);
    this.#numbers[slot] = number;
    this.#slotOf[number] = slot + 1;
    // Nothing is known of it yet.
    this.seen[slot] = -1;
    this.members++;
    return slot;
  }

  /** Puts a device at a place, on its way there from where it is drawn; false when it has a newer one. */
  #place(slot: number, time: EpochMs, lon: Degrees, lat: Degrees, now: EpochMs): boolean {
    const isNew = this.seen[slot] === -1;
    const before = this.time[slot] ?? 0;
    if (!isNew && time < before) return false;
    const at = slot * stride;
    const { instances } = this;
    const [x, y] = toUnitSquare(lon, lat);
    let glide = 0;
    let [fromX, fromY] = [x, y];
    if (!isNew && time > before && !this.#still) {
      const since = now - (this.seen[slot] ?? 0);
      glide = glideTime(time - before, since, this.lon[slot] ?? 0, this.lat[slot] ?? 0, lon, lat);
      if (glide > 0) [fromX, fromY] = this.shownAt(slot, now);
    }
    if (isNew || time > before) this.seen[slot] = now;
    instances[at + highX] = x;
    instances[at + lowX] = x - Math.fround(x);
    instances[at + highY] = y;
    instances[at + lowY] = y - Math.fround(y);
    instances[at + deltaX] = nearestCopy(fromX, x) - x;
    instances[at + deltaY] = fromY - y;
    instances[at + glideStart] = (now - this.epoch) / 1_000;
    instances[at + glideFor] = glide / 1_000;
    instances[at + fixTime] = (time - this.epoch) / 1_000;
    this.lon[slot] = lon;
    this.lat[slot] = lat;
    this.time[slot] = time;
    if (glide > 0) {
      const away = Math.hypot(instances[at + deltaX] ?? 0, instances[at + deltaY] ?? 0);
      this.fastest = Math.max(this.fastest, away / glide);
      this.glidingUntil = Math.max(this.glidingUntil, now + glide);
    }
    return true;
  }

  #grow(): void {
    const size = this.lon.length * 2;
    this.lon = wider(this.lon, size);
    this.lat = wider(this.lat, size);
    this.time = wider(this.time, size);
    this.seen = wider(this.seen, size);
    this.#numbers = wider(this.#numbers, size);
    this.instances = wider(this.instances, size * stride);
  }
}

/** The array again, with room for `least` numbers. */
function wider<
  Numbers extends Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
>(old: Numbers, least: number): Numbers {
  const Kind = old.constructor as new (size: number) => Numbers;
  const array = new Kind(Math.max(least, old.length * 2));
  array.set(old);
  return array;
}
