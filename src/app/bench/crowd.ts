import { Member, SLOWEST, type Tally } from "./member.ts";
import { LightPosts } from "./light-posts.ts";
import type { Counts, Order } from "./orders.ts";

type OpenOrder = Extract<Order, { readonly do: "open" }>;

/** Connections on which the clients of long-polling post. */
const POSTS = 32;
/** Connections that are being made at once. */
const MOST_OPENING = 100;
/** Milliseconds within which a client comes back at random, and after which one that was refused tries again. */
const [JITTER, AGAIN] = [1_000, 300];
/** Milliseconds for opening, and for coming back. */
const [OPEN_TIME, STORM_TIME] = [180_000, 60_000];

/** All clients of one process. */
export class Crowd {
  readonly #members: Member[] = [];
  readonly #tally: Tally = {
    counting: false,
    since: 0,
    lost: 0,
    frames: 0,
    positions: 0,
    latencies: new Uint32Array(SLOWEST),
    recorded: [],
  };
  #bytesBefore = { all: 0, sampled: 0 };
  #settled: (member: Member) => void = () => {};

  /** Opens connections, some at a time; resolves when each has its snapshot or has failed. */
  async open(order: OpenOrder): Promise<void> {
    const random = randomOf(order.seed);
    const { west, south, spread } = order.views;
    const posts = new LightPosts(order, POSTS);
    const fresh = Array.from({ length: order.count }, (_, i) => {
      const place = [west + random() * spread, south + random() * spread] as const;
      const which = { sampled: i % order.sample === 0, recording: i === 0 };
      return new Member(order, place, which, this.#tally, posts, (member) => this.#settled(member));
    });
    this.#members.push(...fresh);
    const waiting = fresh.values();
    const next = (): void => waiting.next().value?.open();
    const all = this.#settle(fresh, OPEN_TIME, next);
    for (let i = 0; i < MOST_OPENING; i++) next();
    await all;
  }

  count(): void {
    Object.assign(this.#tally, { counting: true, since: performance.now(), frames: 0, positions: 0 });
    this.#tally.latencies.fill(0);
    this.#tally.recorded.length = 0;
    this.#bytesBefore = this.#bytes();
  }

  report(): Counts {
    this.#tally.counting = false;
    const { lost, frames, positions, latencies, recorded } = this.#tally;
    const bytes = this.#bytes();
    return {
      ready: this.#members.filter((member) => member.ready).length,
      lost,
      frames,
      bytes: bytes.all - this.#bytesBefore.all,
      sampled: {
        clients: this.#members.filter((member) => member.sampled).length,
        bytes: bytes.sampled - this.#bytesBefore.sampled,
        positions,
      },
      latencies: [...latencies],
      recorded: [...recorded],
    };
  }

  /** All break at once and come back within a second, trying again until they are in; answers the milliseconds for all. */
  async storm(): Promise<number> {
    const from = performance.now();
    for (const member of this.#members) member.drop();
    const all = this.#settle(this.#members, STORM_TIME, (member) => {
      if (!member.ready) setTimeout(() => member.open(), AGAIN + Math.random() * AGAIN);
      return !member.ready;
    });
    for (const member of this.#members) setTimeout(() => member.open(), Math.random() * JITTER);
    await all;
    return performance.now() - from;
  }

  close(): void {
    for (const member of this.#members) member.drop();
    this.#members.length = 0;
  }

  /** Resolves when each is ready or has failed; `after` hears of each, and answers true when it will be tried again. */
  async #settle(
    members: readonly Member[],
    within: number,
    after: (member: Member) => boolean | void,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const left = new Set(members);
    const limit = setTimeout(
      () => reject(new Error(`${left.size} of ${members.length} connections did not settle in ${within} ms`)),
      within,
    );
    this.#settled = (member) => {
      const again = left.has(member) && after(member) === true;
      if (!again) left.delete(member);
      if (left.size === 0) resolve();
    };
    if (left.size === 0) resolve();
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      this.#settled = () => {};
    }
  }

  #bytes(): { all: number; sampled: number } {
    const sum = { all: 0, sampled: 0 };
    for (const member of this.#members) {
      sum.all += member.bytesRead;
      if (member.sampled) sum.sampled += member.bytesRead;
    }
    return sum;
  }
}

/** mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
