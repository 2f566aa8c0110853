import { ByteWriter } from "./bytes.ts";
import {
  BLOCK_FLAG_RANGE,
  type CellGrid,
  COURSE,
  COURSE_STEPS,
  CURSOR,
  FRAME_MARK,
  type FrameCell,
  type FrameHead,
  type FramePosition,
  GONE,
  gridOf,
  HIDDEN,
  MORE,
  NAMED,
  OPEN,
  POSITION_FLAG_RANGE,
  SNAPSHOT,
  SPEED,
  SPEED_STEPS,
  timeOfBase,
} from "./frame.ts";

/** What is told of one channel. */
export interface Block {
  readonly channel: number;
  readonly cell: FrameCell;
  /** The reader forgets what it knows of the channel and is told its cell. */
  readonly open: boolean;
  /** Numbers of devices that left the channel; they are taken off before the positions are put on. */
  readonly gone: readonly number[];
  /** Devices in the cell that are not sent because it is crowded; absent when that has not changed. */
  readonly hidden?: number | undefined;
  readonly positions: readonly FramePosition[];
}

const writer = new ByteWriter(65_536);

/** The bytes of a block, to be put into frames of the same time base by `joinFrame`. */
export function writeBlock(block: Block, base: number): Uint8Array<ArrayBuffer> {
  const { channel, cell, open, gone, hidden, positions } = block;
  const flags = (open ? OPEN : 0) | (gone.length > 0 ? GONE : 0) | (hidden === undefined ? 0 : HIDDEN);
  writer.rewind(0);
  writer.varint(channel * BLOCK_FLAG_RANGE + flags);
  if (open) {
    writer.u8(cell.level);
    writer.varint(cell.cell);
    writer.u8(cell.bits);
  }
  if (gone.length > 0) {
    writer.varint(gone.length);
    for (const index of gone) writer.varint(index);
  }
  if (hidden !== undefined) writer.varint(hidden);
  writer.varint(positions.length);
  const grid = gridOf(cell);
  const time = timeOfBase(base);
  for (const position of positions) writePosition(position, cell.bits, grid, time);
  return writer.finish();
}

function writePosition(position: FramePosition, bits: number, grid: CellGrid, base: number): void {
  const { index, device, lon, lat, time, speed, course } = position;
  const flags =
    (device === undefined ? 0 : NAMED) |
    (speed === undefined ? 0 : SPEED) |
    (course === undefined ? 0 : COURSE);
  writer.varint(index * POSITION_FLAG_RANGE + flags);
  if (device !== undefined) writer.string(device);
  const last = 2 ** bits - 1;
  const x = Math.min(last, Math.max(0, Math.floor((lon - grid.west) / grid.step)));
  const y = Math.min(last, Math.max(0, Math.floor((lat - grid.south) / grid.step)));
  let place = y * (last + 1) + x;
  for (let left = bits / 4; left > 0; left--) {
    writer.u8(place % 256);
    place = Math.floor(place / 256);
  }
  writer.int(Math.round(time) - base);
  if (speed !== undefined) writer.varint(Math.max(0, Math.round(speed * SPEED_STEPS)));
  if (course !== undefined) writer.u8(Math.round((course / 360) * COURSE_STEPS) & (COURSE_STEPS - 1));
}

/** A frame of a head and blocks; the blocks are copied as they are. */
export function joinFrame(head: FrameHead, blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const { snapshot, more, cursor, base } = head;
  writer.rewind(0);
  writer.u8(FRAME_MARK);
  writer.u8((snapshot ? SNAPSHOT : 0) | (more ? MORE : 0) | (cursor === undefined ? 0 : CURSOR));
  if (cursor !== undefined) writer.string(cursor);
  writer.varint(base);
  for (const block of blocks) writer.raw(block);
  return writer.finish();
}
