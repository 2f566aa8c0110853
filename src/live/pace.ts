import type { EpochMs } from "#geo";
import type { Clock } from "#ports";
import type { Viewer } from "./viewer.ts";

/** Viewers that are due within the same few milliseconds share one timer. */
const STEP = 5;
const NOW = -1;

/** Calls back for viewers when they are due; a viewer waits for one time only. */
export class Pace {
  readonly #clock: Clock;
  readonly #due: (viewer: Viewer) => void;
  readonly #slots = new Map<number, Viewer[]>();
  readonly #cancels = new Map<number, () => void>();

  constructor(clock: Clock, due: (viewer: Viewer) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** As soon as whoever runs now has finished, so that one frame carries all that a commit changed. */
  soon(viewer: Viewer): void {
    this.#put(viewer, NOW, 0);
  }

  /** At `time` or a few milliseconds later. */
  at(viewer: Viewer, time: EpochMs): void {
    const slot = Math.ceil(time / STEP) * STEP;
    this.#put(viewer, slot, Math.max(0, slot - this.#clock.now()));
  }

  /** A viewer waits no more; it is due when somebody says so again. */
  forget(viewer: Viewer): void {
    if (!viewer.scheduled) return;
    viewer.scheduled = false;
    for (const [slot, waiting] of this.#slots) {
      const at = waiting.indexOf(viewer);
      if (at < 0) continue;
      waiting.splice(at, 1);
      if (waiting.length > 0 || slot === NOW) return;
      this.#cancels.get(slot)?.();
      this.#cancels.delete(slot);
      this.#slots.delete(slot);
      return;
    }
  }

  /** Cancels everything. */
  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
    this.#slots.clear();
  }

  #put(viewer: Viewer, slot: number, delay: number): void {
    if (viewer.scheduled) return;
    viewer.scheduled = true;
    const waiting = this.#slots.get(slot);
    if (waiting) {
      waiting.push(viewer);
      return;
    }
    this.#slots.set(slot, [viewer]);
    this.#cancels.set(
      slot,
      this.#clock.after(delay, () => this.#run(slot)),
    );
  }

  #run(slot: number): void {
    const waiting = this.#slots.get(slot) ?? [];
    this.#slots.delete(slot);
    this.#cancels.delete(slot);
    for (const viewer of waiting) {
      viewer.scheduled = false;
      this.#due(viewer);
    }
  }
}
