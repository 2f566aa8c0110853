import { unwrapLon, type Meters } from "#geo";
import { Cells } from "./proximity-cells.ts";
import type { Member } from "./proximity-member.ts";

/** Proposes who may be near a way: every member stands in the cells through which its remembered way goes. */
export class WayIndex {
  readonly cells: Cells;
  /** By their number. */
  readonly members: (Member | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(cell: Meters) {
    this.cells = new Cells(cell);
  }

  /** A number for a new member. */
  reserve(): number {
    return this.#free.pop() ?? this.members.length;
  }

  add(member: Member): void {
    this.members[member.index] = member;
  }

  release(member: Member): void {
    for (const bucket of member.buckets) this.cells.remove(bucket, member.index);
    member.buckets.length = 0;
    member.counts.length = 0;
    this.members[member.index] = undefined;
    this.#free.push(member.index);
  }

  /** Takes in the newest fix of a member, and forgets those of no more use. */
  extend(member: Member): void {
    const { tail } = member;
    this.#addNewest(member);
    while (tail.isLong) {
      this.#mark(member, 0, -1);
      tail.shift();
    }
    if (this.cells.isFull) this.#rebuild();
  }

  #addNewest(member: Member): void {
    const { length } = member.tail;
    if (length === 1) {
      this.#mark(member, 0, 1);
      return;
    }
    this.#mark(member, length - 2, 1);
    // The first fix stood there alone until it had a successor.
    if (length === 2) this.#markPlace(member, 0, -1);
  }

  /** Adds or takes away (`by` 1 or -1) the stretch that begins at a fix. */
  #mark(member: Member, i: number, by: 1 | -1): void {
    const { tail } = member;
    if (!tail.isWay(i)) {
      this.#markPlace(member, i, by);
      if (i + 1 < tail.length) this.#markPlace(member, i + 1, by);
      return;
    }
    const lon = tail.lon(i);
    this.cells.cover(lon, tail.lat(i), unwrapLon(lon, tail.lon(i + 1)), tail.lat(i + 1), 0);
    this.#count(member, by);
  }

  #markPlace(member: Member, i: number, by: 1 | -1): void {
    const { tail } = member;
    this.cells.cover(tail.lon(i), tail.lat(i), tail.lon(i), tail.lat(i), 0);
    this.#count(member, by);
  }

  /** Counts the buckets just found; a member is listed in a bucket while its count is above zero. */
  #count({ index, buckets, counts }: Member, by: 1 | -1): void {
    for (let k = 0; k < this.cells.count; k++) {
      const bucket = this.cells.found[k] ?? 0;
      const at = buckets.indexOf(bucket);
      if (at === -1) {
        buckets.push(bucket);
        counts.push(1);
        this.cells.add(bucket, index);
        continue;
      }
      const count = (counts[at] ?? 0) + by;
      counts[at] = count;
      if (count > 0) continue;
      buckets[at] = buckets.at(-1) ?? 0;
      buckets.pop();
      counts[at] = counts.at(-1) ?? 0;
      counts.pop();
      this.cells.remove(bucket, index);
    }
  }

  #rebuild(): void {
    this.cells.grow();
    for (const member of this.members) {
      if (member === undefined) continue;
      member.buckets.length = 0;
      member.counts.length = 0;
      const { length } = member.tail;
      for (let i = 0; i < Math.max(length - 1, Math.min(length, 1)); i++) this.#mark(member, i, 1);
    }
  }
}
