import type { Clock } from "#ports";

/** The time of this machine, for what speaks to real sockets. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};
