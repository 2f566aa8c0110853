import type { Clock } from "#ports";

/** Longest delay that Node's timers take; longer ones are waited out in pieces. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The time of this machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, task) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const piece = Math.min(left, LONGEST_DELAY);
      timer = setTimeout(() => (left > piece ? wait(left - piece) : task()), Math.max(0, piece));
      timer.unref();
    };
    wait(delay);
    return () => clearTimeout(timer);
  },
};
