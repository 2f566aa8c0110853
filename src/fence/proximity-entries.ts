/** Why members are listed in buckets: one entry for each member and bucket, by number. */
export class Entries {
  /** Number of the member. */
  members: Int32Array<ArrayBuffer> = new Int32Array(1024);
  /** How many stretches of its way are the reason. */
  counts: Int32Array<ArrayBuffer> = new Int32Array(1024);
  /** Up to when the member may be there, by any of them. */
  until: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #top = 0;
  readonly #free: number[] = [];

  get bytes(): number {
    return this.members.byteLength + this.counts.byteLength + this.until.byteLength + 8 * this.#free.length;
  }

  /** A new entry; its other fields are those of an old one. */
  add(member: number): number {
    const entry = this.#free.pop() ?? this.#top++;
    if (entry === this.members.length) this.#grow();
    this.members[entry] = member;
    return entry;
  }

  release(entry: number): void {
    this.#free.push(entry);
  }

  #grow(): void {
    const size = this.members.length * 2;
    const [members, counts, until] = [new Int32Array(size), new Int32Array(size), new Float64Array(size)];
    members.set(this.members);
    counts.set(this.counts);
    until.set(this.until);
    [this.members, this.counts, this.until] = [members, counts, until];
  }
}
