import type { Degrees, EpochMs } from "#geo";
import { ByteReader } from "./bytes.ts";
import {
  BLOCK_FLAG_RANGE,
  CELL_BITS,
  type CellGrid,
  COURSE,
  COURSE_STEPS,
  CURSOR,
  FRAME_MARK,
  GONE,
  gridOf,
  HIDDEN,
  LONGEST_CURSOR,
  MAX_CELL_LEVEL,
  MORE,
  NAMED,
  OPEN,
  POSITION_FLAG_RANGE,
  SNAPSHOT,
  SPEED,
  SPEED_STEPS,
  timeOfBase,
} from "./frame.ts";
import type { DeviceId } from "./ids.ts";
import { isId } from "./names.ts";

/** A position as it was read: within half a step of its cell of where the device said it is. */
export interface ReadPosition {
  readonly device: DeviceId;
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly speed?: number | undefined;
  readonly course?: Degrees | undefined;
}

/** What a frame says, as the `positions` message of the other transports does. */
export interface ReadFrame {
  /** Absent when the one before still holds. */
  readonly cursor?: string | undefined;
  /** Each device at most once. */
  readonly positions: readonly ReadPosition[];
  /** Devices that were told before and are not in the view any more. */
  readonly gone: readonly DeviceId[];
  /** Forget every device that you show. */
  readonly snapshot: boolean;
  /** More frames of the same snapshot follow. */
  readonly more: boolean;
  /** Devices near the view that are not sent, because their cells are crowded. */
  readonly cut: number;
}

/** A crowded cell: a square of the globe with more devices than are sent. */
export interface Crowd {
  readonly west: Degrees;
  readonly south: Degrees;
  readonly size: Degrees;
  /** Devices that are sent, and those that are not. */
  readonly shown: number;
  readonly hidden: number;
}

/** A view: does it hold a place? `margin`: how far the place may be from where the device is. */
export type View = (lon: Degrees, lat: Degrees, margin: Degrees) => boolean;

/** Channels and names that a reader holds at most: a server sends far fewer. */
const [MOST_CHANNELS, MOST_NAMES] = [4_096, 262_144];
/** Latest time that a JavaScript date can name. */
const LAST_TIME = 8.64e15;
/** A number of a device in its channel is below this. */
const MOST_INDEX = 65_536;

interface Channel {
  readonly id: number;
  readonly grid: CellGrid;
  readonly bits: number;
  readonly devices: Map<number, DeviceId>;
  hidden: number;
}

/**
 * Reads the binary frames of one connection, in the order in which they came. Bytes that no server sends throw
 * `invalid_body`; the reader has then forgotten everything, and the connection should be made anew.
 */
export class FrameReader {
  readonly #channels: Map<number, Channel> = new Map();
  /** The channel that a device was last seen in: a device that changes cells leaves one and joins another. */
  readonly #holder: Map<DeviceId, Channel> = new Map();
  readonly #shown: Set<DeviceId> = new Set();
  /** Numbers that are given, over all channels. */
  #names = 0;
  #view: View = () => true;
  #put: Map<DeviceId, ReadPosition> = new Map();
  #gone: Set<DeviceId> = new Set();

  /** Cells are squares, a view seldom is: what lies outside of `view` is not told, and what leaves it is gone. */
  look(view: View): void {
    this.#view = view;
  }

  /** Cells that hold more devices than are sent. */
  crowds(): Crowd[] {
    const crowds: Crowd[] = [];
    for (const { grid, devices, hidden } of this.#channels.values()) {
      if (hidden === 0) continue;
      crowds.push({ west: grid.west, south: grid.south, size: grid.size, shown: devices.size, hidden });
    }
    return crowds;
  }

  /** Devices that it knows the number of, in the view or near it. */
  get size(): number {
    return this.#holder.size;
  }

  /** Throws `invalid_body`. */
  read(bytes: Uint8Array): ReadFrame {
    this.#put = new Map();
    this.#gone = new Set();
    try {
      return this.#frame(new ByteReader(bytes, "frame of positions", "invalid_body"));
    } catch (error) {
      this.#forget();
      this.#shown.clear();
      throw error;
    }
  }

  #frame(from: ByteReader): ReadFrame {
    const mark = from.u8();
    if (mark !== FRAME_MARK) from.fail(`${FRAME_MARK} expected, found ${mark}`);
    const flags = from.u8();
    if (flags > (SNAPSHOT | MORE | CURSOR)) from.fail(`flags ${flags}`);
    const cursor = flags & CURSOR ? from.string() : undefined;
    if (cursor !== undefined && cursor.length > LONGEST_CURSOR) from.fail("a cursor that is too long");
    const base = timeOfBase(from.varint());
    const snapshot = (flags & SNAPSHOT) > 0;
    if (snapshot) {
      this.#forget();
      this.#shown.clear();
    }
    while (from.left > 0) this.#block(from, base);
    for (const device of this.#put.keys()) this.#shown.add(device);
    const gone = [...this.#gone].filter((device) => this.#shown.delete(device));
    let cut = 0;
    for (const { hidden } of this.#channels.values()) cut += hidden;
    const more = (flags & MORE) > 0;
    return { cursor, positions: [...this.#put.values()], gone, snapshot, more, cut };
  }

  #block(from: ByteReader, base: EpochMs): void {
    const head = from.varint();
    const flags = head % BLOCK_FLAG_RANGE;
    const id = Math.floor(head / BLOCK_FLAG_RANGE);
    const channel = flags & OPEN ? this.#open(from, id) : this.#channels.get(id);
    if (!channel) return from.fail(`channel ${id}, which was not opened,`);
    if (flags & GONE) {
      for (let left = from.count(); left > 0; left--) this.#leave(channel, from.varint());
    }
    if (flags & HIDDEN) channel.hidden = Math.min(from.varint(), Number.MAX_SAFE_INTEGER);
    for (let left = from.count(); left > 0; left--) this.#position(from, channel, base);
  }

  #open(from: ByteReader, id: number): Channel {
    const level = from.u8();
    if (level > MAX_CELL_LEVEL) from.fail(`level ${level}; at most ${MAX_CELL_LEVEL} expected`);
    const cell = from.varint();
    if (cell >= 4 ** level) from.fail(`cell ${cell} of level ${level}`);
    const bits = from.u8();
    if (!CELL_BITS.includes(bits)) from.fail(`${bits} bits a coordinate`);
    const before = this.#channels.get(id);
    if (before) for (const index of before.devices.keys()) this.#leave(before, index);
    else if (this.#channels.size >= MOST_CHANNELS) from.fail(`more than ${MOST_CHANNELS} channels`);
    const channel = { id, grid: gridOf({ level, cell, bits }), bits, devices: new Map(), hidden: 0 };
    this.#channels.set(id, channel);
    return channel;
  }

  /** A number that nobody has is no mistake: the device came and went between two frames. */
  #leave(channel: Channel, index: number): void {
    const device = channel.devices.get(index);
    if (device === undefined) return;
    channel.devices.delete(index);
    this.#names--;
    if (this.#holder.get(device) !== channel) return;
    this.#holder.delete(device);
    this.#hide(device);
  }

  #hide(device: DeviceId): void {
    this.#put.delete(device);
    this.#gone.add(device);
  }

  #position(from: ByteReader, channel: Channel, base: EpochMs): void {
    const head = from.varint();
    const flags = head % POSITION_FLAG_RANGE;
    const index = Math.floor(head / POSITION_FLAG_RANGE);
    const device = flags & NAMED ? this.#name(from, channel, index) : channel.devices.get(index);
    if (device === undefined) return from.fail(`device ${index}, which was not named,`);
    const { west, south, step } = channel.grid;
    let place = 0;
    const bytes = from.raw(channel.bits / 4);
    for (let i = bytes.length - 1; i >= 0; i--) place = place * 256 + (bytes[i] ?? 0);
    const steps = 2 ** channel.bits;
    const lon = tidy(west + ((place % steps) + 0.5) * step);
    const lat = tidy(Math.min(90, south + (Math.floor(place / steps) + 0.5) * step));
    const time = base + from.int();
    if (Math.abs(time) > LAST_TIME) from.fail(`time ${time}`);
    const speed = flags & SPEED ? from.varint() / SPEED_STEPS : undefined;
    const course = flags & COURSE ? (from.u8() * 360) / COURSE_STEPS : undefined;
    this.#holder.set(device, channel);
    if (!this.#view(lon, lat, step)) return this.#hide(device);
    this.#gone.delete(device);
    this.#put.set(device, { device, time, lon, lat, speed, course });
  }

  #name(from: ByteReader, channel: Channel, index: number): DeviceId {
    if (index >= MOST_INDEX) from.fail(`device number ${index}; less than ${MOST_INDEX} expected`);
    const device = from.string();
    if (!isId(device)) from.fail("a name that no device can have");
    if (channel.devices.get(index) === device) return device;
    this.#leave(channel, index);
    if (++this.#names > MOST_NAMES) from.fail(`more than ${MOST_NAMES} devices`);
    channel.devices.set(index, device);
    return device;
  }

  #forget(): void {
    this.#channels.clear();
    this.#holder.clear();
    this.#names = 0;
  }
}

/** Ten millionths of a degree are a centimetre; what is finer comes from arithmetic. */
const tidy = (degrees: Degrees): Degrees => Math.round(degrees * 1e7) / 1e7;
