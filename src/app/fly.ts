import type { EpochMs, Milliseconds } from "#geo";
import type { Clock } from "#ports";
import type { Fleet } from "./demo/fleet.ts";

/** How a fleet reports. */
export interface FlyOrder {
  /** Takes NDJSON lines; rejects when they could not be delivered. */
  readonly send: (lines: readonly string[]) => Promise<void>;
  /** Each aircraft reports once in this time. */
  readonly every: Milliseconds;
  /** Where they were so long before now is told first, in steps, so that each has a track to look at. */
  readonly past: { readonly span: Milliseconds; readonly step: Milliseconds };
  readonly clock: Clock;
  readonly notes: { warn(fields: object, message: string): void };
}

/** Reports are spread over as many turns, so that markers move all the time and no request is large. */
const TURNS = 20;

/**
 * Tells where all aircraft were and where they are, then lets each report in its turn for ever. Resolves when all
 * have reported their present place, with the way to stop. A turn that cannot be delivered is left out; the next one tells where the aircraft are.
 */
export async function fly(
  fleet: Fleet,
  { send, every, past, clock, notes }: FlyOrder,
): Promise<() => Promise<void>> {
  const linesOf = (indexes: Iterable<number>, time: EpochMs): string[] =>
    Array.from(indexes, (index) => JSON.stringify(fleet.report(index, time)));
  const start = clock.now();
  for (let before = past.span; before > 0; before -= past.step) {
    await send(linesOf(Array(fleet.size).keys(), start - before));
  }
  await send(linesOf(Array(fleet.size).keys(), clock.now()));
  let turn = 0;
  let cancel: () => void = () => {};
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const next = async (): Promise<void> => {
    const began = clock.now();
    try {
      const indexes = Array.from(
        { length: Math.ceil((fleet.size - turn) / TURNS) },
        (_, n) => turn + n * TURNS,
      );
      if (indexes.length > 0) await send(linesOf(indexes, clock.now()));
    } catch (error) {
      if (!stopped) notes.warn({ err: error }, "the fleet could not report");
    }
    turn = (turn + 1) % TURNS;
    if (!stopped) schedule(Math.max(0, began + every / TURNS - clock.now()));
  };
  const schedule = (delay: number): void => {
    cancel = clock.after(delay, () => {
      running = next();
    });
  };
  schedule(every / TURNS);
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
