import { unwrapLon, type EpochMs, type Meters, type Milliseconds } from "#geo";
import { Cells } from "./proximity-cells.ts";
import { Entries } from "./proximity-entries.ts";
import type { Member } from "./proximity-member.ts";
import type { ProximityFix } from "./proximity-types.ts";

/**
 * Proposes who may be near a way: every member is entered in the cells through which its remembered way goes, with the
 * time up to which it may be there.
 */
export class WayIndex {
  /** Whom the last `propose` found, the first `count` of them; some more than once. */
  readonly proposed: Member[] = [];
  count = 0;
  readonly #cells: Cells;
  readonly #entries: Entries = new Entries();
  /** By their number. */
  readonly #members: (Member | undefined)[] = [];
  readonly #free: number[] = [];

  readonly #memory: Milliseconds;

  /** Cells of so many metres; members are remembered for so long. */
  constructor(cell: Meters, memory: Milliseconds) {
    this.#cells = new Cells(cell);
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#cells.bytes + this.#entries.bytes;
  }

  /** A number for a new member. */
  reserve(): number {
    return this.#free.pop() ?? this.#members.length;
  }

  add(member: Member): void {
    this.#members[member.index] = member;
  }

  release(member: Member): void {
    this.#leave(member);
    this.#members[member.index] = undefined;
    this.#free.push(member.index);
  }

  /** Takes in the newest fix of a member, and forgets those of no more use. */
  extend(member: Member): void {
    const { tail } = member;
    const newest = tail.length - 1;
    if (newest === 0) this.#markPlace(member, 0, 1);
    else this.#mark(member, newest - 1, 1);
    // The first fix stood there alone until it had a successor.
    if (newest === 1) this.#markPlace(member, 0, -1);
    this.#forget(member);
    if (this.#cells.isFull) this.#rebuild();
  }

  /** A member's fixes behind its first `keep` ones are others; answers its newest ones, those that are not too old. */
  replace(member: Member, keep: number, fixes: readonly ProximityFix[]): void {
    this.#leave(member);
    member.tail.length = keep;
    for (const fix of fixes) member.tail.push(fix);
    this.#enterAll(member);
    this.#forget(member);
    if (this.#cells.isFull) this.#rebuild();
  }

  /** Finds who may at `since` or later have been within `margin` of the way of a member to its fix `i`, or of that place. */
  propose({ tail }: Member, i: number, margin: Meters, since: EpochMs): void {
    const cells = this.#cells;
    const { lists } = cells;
    const [lon, lat] = [tail.lon(i), tail.lat(i)];
    if (tail.isWay(i - 1)) {
      const from = tail.lon(i - 1);
      cells.cover(from, tail.lat(i - 1), unwrapLon(from, lon), lat, margin);
    } else cells.cover(lon, lat, lon, lat, margin);
    this.count = 0;
    for (let k = 0; k < cells.count; k++) {
      const list = cells.list(cells.found[k] ?? 0);
      for (let at = list + lists.length(list); at > list; at--) {
        const entry = lists.data[at] ?? 0;
        if ((this.#entries.until[entry] ?? 0) < since) continue;
        const member = this.#members[this.#entries.members[entry] ?? 0];
        if (member !== undefined) this.proposed[this.count++] = member;
      }
    }
  }

  /** Adds or takes away (`by` 1 or -1) the stretch that begins at a fix. */
  #mark(member: Member, i: number, by: 1 | -1): void {
    const { tail } = member;
    if (tail.isWay(i)) {
      const lon = tail.lon(i);
      this.#cells.cover(lon, tail.lat(i), unwrapLon(lon, tail.lon(i + 1)), tail.lat(i + 1), 0);
      this.#count(member, by, tail.time(i + 1));
      // Held at its end it stays in the last cell for longer; the entry is there, so its count does not change.
      if (by === 1 && tail.isStopped(i + 1)) this.#hold(member, i + 1);
      return;
    }
    this.#markPlace(member, i, by);
    this.#markPlace(member, i + 1, by);
  }

  #markPlace(member: Member, i: number, by: 1 | -1): void {
    this.#coverPlace(member, i);
    this.#count(member, by, member.tail.endOf(i));
  }

  #hold(member: Member, i: number): void {
    this.#coverPlace(member, i);
    this.#count(member, 0, member.tail.endOf(i));
  }

  #coverPlace({ tail }: Member, i: number): void {
    this.#cells.cover(tail.lon(i), tail.lat(i), tail.lon(i), tail.lat(i), 0);
  }

  /** Counts the buckets just found; a member is entered in a bucket while its count is above zero. */
  #count(member: Member, by: 1 | 0 | -1, until: EpochMs): void {
    const { buckets, entries } = member;
    const known = this.#entries;
    for (let k = 0; k < this.#cells.count; k++) {
      const bucket = this.#cells.found[k] ?? 0;
      const at = buckets.indexOf(bucket);
      if (at === -1) {
        this.#enter(member, bucket, until);
        continue;
      }
      const entry = entries[at] ?? 0;
      const count = (known.counts[entry] ?? 0) + by;
      known.counts[entry] = count;
      if (until > (known.until[entry] ?? 0)) known.until[entry] = until;
      if (count > 0) continue;
      buckets[at] = buckets.at(-1) ?? 0;
      buckets.pop();
      entries[at] = entries.at(-1) ?? 0;
      entries.pop();
      this.#cells.remove(bucket, entry);
      known.release(entry);
    }
  }

  #enter(member: Member, bucket: number, until: EpochMs): void {
    const entry = this.#entries.add(member.index);
    this.#entries.counts[entry] = 1;
    this.#entries.until[entry] = until;
    member.buckets.push(bucket);
    member.entries.push(entry);
    this.#cells.add(bucket, entry);
  }

  /** Enters everybody anew, in twice as many buckets. */
  #rebuild(): void {
    this.#cells.grow();
    for (const member of this.#members) {
      if (member === undefined) continue;
      for (const entry of member.entries) this.#entries.release(entry);
      member.buckets.length = 0;
      member.entries.length = 0;
      this.#enterAll(member);
    }
  }

  /** Enters a member that is nowhere entered. */
  #enterAll(member: Member): void {
    const { length } = member.tail;
    if (length === 1) this.#markPlace(member, 0, 1);
    for (let i = 0; i + 1 < length; i++) this.#mark(member, i, 1);
  }

  /** Takes a member out everywhere. */
  #leave(member: Member): void {
    for (const [k, bucket] of member.buckets.entries()) {
      const entry = member.entries[k] ?? 0;
      this.#cells.remove(bucket, entry);
      this.#entries.release(entry);
    }
    member.buckets.length = 0;
    member.entries.length = 0;
  }

  /** Forgets the fixes of a member that are of no more use. */
  #forget(member: Member): void {
    const { tail } = member;
    while (tail.isLong(this.#memory)) {
      this.#mark(member, 0, -1);
      tail.shift();
    }
  }
}
