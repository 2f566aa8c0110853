import type { Clock } from "#ports";

interface Alarm {
  readonly at: number;
  readonly task: () => void;
}

/** A clock that stands still until told; alarms go off in the order of their times. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 4, 1);
  #alarms: Alarm[] = [];

  now(): number {
    return this.#now;
  }

  /** Alarms that are set. */
  get waiting(): number {
    return this.#alarms.length;
  }

  after(delay: number, task: () => void): () => void {
    const alarm = { at: this.#now + Math.max(0, delay), task };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets time pass, to the millisecond of each alarm on the way. */
  advance(by: number): void {
    const end = this.#now + by;
    for (;;) {
      let next: Alarm | undefined;
      for (const alarm of this.#alarms) if (alarm.at <= end && (!next || alarm.at < next.at)) next = alarm;
      if (!next) break;
      const alarm = next;
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
      this.#now = Math.max(this.#now, alarm.at);
      alarm.task();
    }
    this.#now = end;
  }
}
