import type { Answer, Counts, Order } from "./orders.ts";
import { type Helper, startHelper } from "./processes.ts";

/** Connections of one process of clients at most: each is an open file. */
export const MOST_OF_ONE = 15_000;

/** What clients are to do. */
export interface Wanted extends Omit<Extract<Order, { readonly do: "open" }>, "do" | "from" | "seed"> {
  readonly seed: number;
}

/** Clients in several processes, each with a source address of its own, from 127.0.0.2 on. */
export class Clients {
  readonly #helpers: readonly Helper<Order, Answer>[];

  constructor(processes: number, most: number) {
    const count = Math.max(processes, Math.ceil(most / MOST_OF_ONE));
    this.#helpers = Array.from({ length: count }, () => startHelper<Order, Answer>("client-process"));
  }

  async open(wanted: Wanted): Promise<void> {
    const share = Math.ceil(wanted.count / this.#helpers.length);
    await this.#all((helper, i) => {
      const count = Math.max(0, Math.min(share, wanted.count - i * share));
      const from = `127.0.0.${2 + i}`;
      return helper.ask({ do: "open", ...wanted, count, from, seed: wanted.seed + i });
    });
  }

  async count(): Promise<void> {
    await this.#all((helper) => helper.ask({ do: "count" }));
  }

  /** The counts of all processes as one. */
  async report(): Promise<Counts> {
    const answers = await this.#all((helper) => helper.ask({ do: "report" }));
    return answers.flatMap(({ counts }) => counts ?? []).reduce(addCounts);
  }

  /** Milliseconds until the last client is back. */
  async storm(): Promise<number> {
    const answers = await this.#all((helper) => helper.ask({ do: "storm" }));
    return Math.max(...answers.map(({ ms = 0 }) => ms));
  }

  /** Ends the connections; the processes stay. */
  async leave(): Promise<void> {
    await this.#all((helper) => helper.ask({ do: "close" }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.close()));
  }

  #all(ask: (helper: Helper<Order, Answer>, i: number) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(this.#helpers.map(ask));
  }
}

function addCounts(one: Counts, other: Counts): Counts {
  return {
    ready: one.ready + other.ready,
    lost: one.lost + other.lost,
    frames: one.frames + other.frames,
    bytes: one.bytes + other.bytes,
    sampled: {
      clients: one.sampled.clients + other.sampled.clients,
      bytes: one.sampled.bytes + other.sampled.bytes,
      positions: one.sampled.positions + other.sampled.positions,
    },
    latencies: one.latencies.map((count, ms) => count + (other.latencies[ms] ?? 0)),
    // The clients of every process see alike: one recording is enough.
    recorded: one.recorded.length > 0 ? one.recorded : other.recorded,
  };
}

/** Milliseconds within which a share `q` (0…1) of what a histogram holds lies; NaN for nothing. */
export function quantileOf(latencies: readonly number[], q: number): number {
  const all = latencies.reduce((sum, count) => sum + count, 0);
  let left = q * all;
  for (const [ms, count] of latencies.entries()) {
    left -= count;
    if (count > 0 && left <= 0) return ms;
  }
  return Number.NaN;
}
