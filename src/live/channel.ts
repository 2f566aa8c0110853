import type { EpochMs } from "#geo";
import { type FrameCell, type FramePosition, timeBaseAt, writeBlock } from "#wire";
import type { Audience } from "./audience.ts";
import type { Entry } from "./entry.ts";

/** A device in a channel. `joined`, `left`, `touched`: versions of the field. */
interface Member {
  readonly entry: Entry;
  /** Its number on the wire; a number that is free again is given anew. */
  readonly index: number;
  readonly joined: number;
  touched: number;
  left: boolean;
}

/** Bytes that viewers share, and how many positions and departures they tell. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** The log is tidied when it is this much longer than twice the members. */
const SLACK = 64;

/** What identifies a channel. */
export interface ChannelKey extends FrameCell {
  readonly audience: Audience;
}

/**
 * One cell at one precision for one audience: its devices, and what changed in which order. A block of what changed since
 * a version is written once and serves every viewer that has seen everything up to there; nothing is kept for a viewer.
 */
export class Channel<Outlook> {
  readonly id: number;
  readonly key: ChannelKey;
  /** Who looks at it; equal views are one outlook. A list, because a set takes four times the memory for each of them. */
  readonly outlooks: Outlook[] = [];
  readonly #most: number;
  readonly #members: Map<Entry, Member> = new Map();
  /** Devices past the bound: they are counted, not sent. */
  readonly #hidden: Set<Entry> = new Set();
  #hiddenAt = 0;
  #touchedAt = 0;
  /** Members in the order in which they were touched; one that was touched again later counts only there. */
  #log: { readonly member: Member; readonly version: number }[] = [];
  /** Whoever has seen less than this is told everything. */
  #floor: number;
  readonly #free: number[] = [];
  #next = 0;
  /** Blocks for the state of now by their place in the log, and the time base that they were written for. */
  readonly #blocks: Map<number, Piece> = new Map();
  #base = 0;
  /** The block that was asked for last, and the version after which: viewers who are due on the same beat ask the same. */
  #asked: Piece | undefined;
  #askedAfter = 0;

  /** `version`: of the field now. `most`: devices that are sent. */
  constructor(id: number, key: ChannelKey, version: number, most: number) {
    this.id = id;
    this.key = key;
    this.#floor = version;
    this.#most = most;
  }

  /** An outlook looks at it no more. */
  leave(outlook: Outlook): void {
    const last = this.outlooks.pop();
    if (last === undefined || last === outlook) return;
    const at = this.outlooks.indexOf(outlook);
    if (at >= 0) this.outlooks[at] = last;
    else this.outlooks.push(last);
  }

  has(entry: Entry): boolean {
    return this.#members.has(entry) || this.#hidden.has(entry);
  }

  /** Devices that are sent. */
  get size(): number {
    return this.#members.size;
  }

  get hidden(): number {
    return this.#hidden.size;
  }

  /** A device is here and has changed, or has come. */
  put(entry: Entry, version: number): void {
    const member = this.#members.get(entry);
    if (member) this.#touch(member, version);
    else if (this.#members.size < this.#most) this.#join(entry, version);
    else if (!this.#hidden.has(entry)) {
      this.#hidden.add(entry);
      this.#hiddenAt = version;
      this.#forgetBlocks();
    }
  }

  /** A device is not here any more, or may not be seen. One that was hidden takes its place. */
  drop(entry: Entry, version: number): void {
    if (this.#hidden.delete(entry)) {
      this.#hiddenAt = version;
      this.#forgetBlocks();
      return;
    }
    const member = this.#members.get(entry);
    if (!member) return;
    this.#members.delete(entry);
    member.left = true;
    this.#touch(member, version);
    this.#free.push(member.index);
    for (const next of this.#hidden) {
      this.#hidden.delete(next);
      this.#hiddenAt = version;
      this.#join(next, version);
      break;
    }
  }

  /** What changed after the version `seen`; everything for whoever has seen none, undefined where nothing did. */
  block(seen: number | undefined, now: EpochMs): Piece | undefined {
    const base = timeBaseAt(now);
    if (base !== this.#base) this.#forgetBlocks();
    this.#base = base;
    if (seen === undefined || seen < this.#floor) return this.#cached(-1, () => this.#everything());
    if (this.#touchedAt <= seen && this.#hiddenAt <= seen) return undefined;
    if (seen !== this.#askedAfter || this.#asked === undefined) {
      const start = this.#startAfter(seen);
      // Who has seen the same part of the log gets the same block; only the number of hidden ones is apart.
      const count = this.#hiddenAt > seen;
      this.#asked = this.#cached(count ? start + 0.5 : start, () => this.#changes(start, count));
      this.#askedAfter = seen;
    }
    return this.#asked;
  }

  /** Blocks of what has been are of no more use. */
  #forgetBlocks(): void {
    this.#blocks.clear();
    this.#asked = undefined;
  }

  #cached(place: number, write: () => Piece): Piece {
    let block = this.#blocks.get(place);
    if (!block) this.#blocks.set(place, (block = write()));
    return block;
  }

  #everything(): Piece {
    const positions = Array.from(this.#members.values(), (member) => told(member, true));
    const hidden = this.#hidden.size;
    const { id: channel, key: cell } = this;
    const parts = { channel, cell, open: true, gone: [], positions };
    const bytes = writeBlock({ ...parts, ...(hidden > 0 && { hidden }) }, this.#base);
    return { bytes, size: positions.length };
  }

  /** Names whoever joined after what stands before `start`: some readers know a name already, none lacks one. */
  #changes(start: number, count: boolean): Piece {
    const seen = this.#log[start - 1]?.version ?? this.#floor;
    const gone: number[] = [];
    const positions: FramePosition[] = [];
    for (const { member, version } of this.#log.slice(start)) {
      if (version !== member.touched) continue;
      if (!member.left) positions.push(told(member, member.joined > seen));
      else gone.push(member.index);
    }
    const hidden = count ? { hidden: this.#hidden.size } : {};
    const parts = { channel: this.id, cell: this.key, open: false, gone, positions };
    const bytes = writeBlock({ ...parts, ...hidden }, this.#base);
    return { bytes, size: positions.length + gone.length };
  }

  /** First place in the log that is newer than a version: most look for one of the last. */
  #startAfter(seen: number): number {
    let start = this.#log.length;
    while (start > 0 && (this.#log[start - 1]?.version ?? 0) > seen) start--;
    return start;
  }

  #join(entry: Entry, version: number): void {
    const index = this.#free.pop() ?? this.#next++;
    const member = { entry, index, joined: version, touched: version, left: false };
    this.#members.set(entry, member);
    this.#touch(member, version);
  }

  #touch(member: Member, version: number): void {
    member.touched = version;
    this.#touchedAt = version;
    this.#log.push({ member, version });
    this.#forgetBlocks();
    if (this.#log.length > 2 * this.#members.size + SLACK) this.#tidy();
  }

  /** Takes out what was touched again later; where departures alone are too many, forgets the oldest half. */
  #tidy(): void {
    this.#log = this.#log.filter(({ member, version }) => version === member.touched);
    if (this.#log.length <= this.#members.size + SLACK / 2) return;
    const cut = this.#log.length >>> 1;
    this.#floor = this.#log[cut - 1]?.version ?? this.#floor;
    this.#log = this.#log.slice(cut);
  }
}

function told({ entry, index }: Member, named: boolean): FramePosition {
  const { lon, lat, time, speed, course } = entry.fix;
  return { index, lon, lat, time, speed, course, device: named ? entry.device : undefined };
}
