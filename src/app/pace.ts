/** Something with a place in time, epoch milliseconds. */
interface Timed {
  readonly time: number;
}

/** Time as the pacer sees it; real in production. */
export interface Beat {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** How fast, and how much at once. */
export interface Tempo {
  /** Seconds of the file per second; infinite for as fast as possible. */
  readonly speed: number;
  /** Time of the first item, epoch milliseconds. */
  readonly first: number;
  /** Most items in a batch. */
  readonly batch: number;
  readonly beat: Beat;
}

/** Shortest pause; items due within it go out together. */
const GRAIN_MS = 20;

/**
 * Hands out items, which are ascending by time, when they are due: the first at once, each other as long after
 * it as in the file, divided by `speed`. Whoever reads slowly gets bigger batches, not a longer delay between
 * them; the order never changes.
 */
export async function* paced<T extends Timed>(items: AsyncIterable<T>, tempo: Tempo): AsyncGenerator<T[]> {
  const { speed, first, batch, beat } = tempo;
  const start = beat.now();
  const due = (item: T): number =>
    speed === Number.POSITIVE_INFINITY ? start : start + (item.time - first) / speed;
  let held: T[] = [];
  for await (const item of items) {
    const early = due(item) - beat.now();
    if (early > 0) {
      if (held.length > 0) yield held;
      held = [];
      for (let left = due(item) - beat.now(); left > 0; left = due(item) - beat.now()) {
        await beat.sleep(Math.max(GRAIN_MS, Math.min(left, 60_000)));
      }
    }
    held.push(item);
    if (held.length < batch) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}
