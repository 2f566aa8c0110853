import type { Degrees, EpochMs } from "#geo";
import type { DeviceId } from "./ids.ts";

/**
 * The binary form of `positions` on the live stream; every byte is described in `docs/spec/frames.md`. A frame is a
 * head and blocks; a block is what changed in one channel, and means the same in the frame of any viewer.
 */
export const FRAME_MARK = 0xb1;

/** Flags of a frame. */
export const SNAPSHOT = 1;
export const MORE = 2;
export const CURSOR = 4;

/** Flags of a block, in the low bits of its first number. */
export const OPEN = 1;
export const GONE = 2;
export const HIDDEN = 4;
export const BLOCK_FLAG_RANGE = 8;

/** Flags of a position, in the low bits of its first number. */
export const NAMED = 1;
export const SPEED = 2;
export const COURSE = 4;
export const POSITION_FLAG_RANGE = 8;

/** Bits of each coordinate inside a cell; both together are whole bytes. */
export const CELL_BITS: readonly number[] = [12, 16, 20, 24];

/** Finest level of cells. */
export const MAX_CELL_LEVEL = 16;

/** Longest cursor in bytes. */
export const LONGEST_CURSOR = 1_000;

/** Speeds are counted in tenths of m/s, courses in 256ths of a turn. */
export const SPEED_STEPS = 10;
export const COURSE_STEPS = 256;

/** Times are counted in milliseconds from a multiple of this. */
const TIME_STEP = 8_192;

/** The time base of frames that are made now: a whole number that goes up every 8.192 s. */
export const timeBaseAt = (now: EpochMs): number => Math.max(0, Math.floor(now / TIME_STEP));

/** The time that a base stands for. */
export const timeOfBase = (base: number): EpochMs => base * TIME_STEP;

/**
 * A square of the globe: level z has 2^z columns of 360/2^z degrees from longitude -180 eastwards, and rows as high from
 * latitude -90 northwards; `cell` is row · 2^z + column. `bits`: see `CELL_BITS`.
 */
export interface FrameCell {
  readonly level: number;
  readonly cell: number;
  readonly bits: number;
}

/** South-west corner of a cell in degrees, and the width of a step of its coordinates. */
export interface CellGrid {
  readonly west: Degrees;
  readonly south: Degrees;
  /** Width and height of the cell. */
  readonly size: Degrees;
  readonly step: Degrees;
}

/** The grid of a cell. */
export function gridOf({ level, cell, bits }: FrameCell): CellGrid {
  const columns = 2 ** level;
  const size = 360 / columns;
  const west = (cell % columns) * size - 180;
  const south = Math.floor(cell / columns) * size - 90;
  return { west, south, size, step: size / 2 ** bits };
}

/** Where a position stands in its channel, and what is told of it. */
export interface FramePosition {
  /** Number of the device in its channel. */
  readonly index: number;
  /** Given when the reader may not know yet whose number that is. */
  readonly device?: DeviceId | undefined;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly time: EpochMs;
  /** Metres per second. */
  readonly speed?: number | undefined;
  /** Degrees clockwise from north. */
  readonly course?: Degrees | undefined;
}

/** What stands before the blocks of a frame. */
export interface FrameHead {
  /** The frame replaces everything that the reader knows. */
  readonly snapshot: boolean;
  /** More frames of the same snapshot follow. */
  readonly more: boolean;
  /** Absent when it is the one that the reader has. */
  readonly cursor?: string | undefined;
  /** `timeBaseAt` of when the blocks were written. */
  readonly base: number;
}
