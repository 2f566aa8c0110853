import type { EpochMs } from "#geo";
import type { Device } from "./device.ts";

interface Alarm {
  readonly at: EpochMs;
  readonly device: Device;
}

/**
 * When a timer of which device is due next, by the server's time: a binary heap with one standing alarm a device. An
 * alarm may ring early, because a deadline that is put off (each fix puts off `silent`) leaves it standing; whoever
 * takes it looks again and sets the next one. So a fix costs one comparison.
 */
export class Alarms {
  readonly #heap: Alarm[] = [];
  readonly #standing: Map<Device, Alarm> = new Map();

  /** When the next one rings; undefined when none stands. */
  get next(): EpochMs | undefined {
    this.#dropStale();
    return this.#heap[0]?.at;
  }

  /** Sees to it that an alarm of the device rings at `at` or earlier. */
  set(device: Device, at: EpochMs): void {
    const standing = this.#standing.get(device);
    if (standing !== undefined && standing.at <= at) return;
    const alarm = { at, device };
    this.#standing.set(device, alarm);
    this.#push(alarm);
  }

  /** The device is gone. */
  clear(device: Device): void {
    this.#standing.delete(device);
  }

  /** Takes the devices whose alarms ring at `at` or earlier, in the order of workspaces and ids. */
  take(at: EpochMs): Device[] {
    const devices: Device[] = [];
    for (;;) {
      this.#dropStale();
      const first = this.#heap[0];
      if (first === undefined || first.at > at) break;
      this.#pop();
      this.#standing.delete(first.device);
      devices.push(first.device);
    }
    return devices.sort((a, b) =>
      a.workspace === b.workspace ? compare(a.id, b.id) : compare(a.workspace, b.workspace),
    );
  }

  /** Alarms that an earlier one or a deletion has overtaken. */
  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#standing.get(first.device) === first) return;
      this.#pop();
    }
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.at <= alarm.at) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = alarm;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      const right = heap[down + 1];
      let child = heap[down];
      if (child === undefined) break;
      if (right !== undefined && right.at < child.at) {
        child = right;
        down++;
      }
      if (child.at >= last.at) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
