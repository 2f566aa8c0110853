import type { Clock, Upkeep } from "#ports";

/** What retention needs of a logger. */
interface Notes {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const DAY_MS = 86_400_000;
/** Not right at the start: whoever starts a server wants to see it, not its housekeeping. */
const FIRST_MS = 60_000;

/** What keeps the store to its retention. */
export interface RetentionOrder {
  readonly upkeep: Pick<Upkeep, "forget">;
  readonly clock: Clock;
  /** At least 1. */
  readonly days: number;
  readonly notes: Notes;
}

/** Forgets what is older than `days`, a minute from now and then once a day; answers the way to stop. */
export function keepRetention({ upkeep, clock, days, notes }: RetentionOrder): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let cancel: () => void = () => {};
  let stopped = false;
  const once = async (): Promise<void> => {
    const before = clock.now() - days * DAY_MS;
    try {
      const fixes = await upkeep.forget(before);
      notes.info(
        { fixes, before: new Date(before).toISOString() },
        "forgot what is older than the retention",
      );
    } catch (error) {
      notes.error({ err: error }, "could not forget what is older than the retention; trying again in a day");
    }
    if (!stopped) schedule(DAY_MS);
  };
  const schedule = (delay: number): void => {
    cancel = clock.after(delay, () => {
      running = once();
    });
  };
  schedule(FIRST_MS);
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
