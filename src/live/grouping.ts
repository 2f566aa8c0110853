import type { DeviceId } from "#wire";
import { type GroupSet, NO_GROUPS } from "./audience.ts";

/** Deleted devices whose groups are remembered; past that the longest deleted are forgotten. */
const MOST_DELETED = 10_000;

interface Shared extends GroupSet {
  devices: number;
}

/** Which groups each device of a workspace is in, with or without a position. Equal sets of groups are one object. */
export class Grouping {
  /** Devices that are in some group. */
  readonly #devices: Map<DeviceId, Shared> = new Map();
  readonly #sets: Map<string, Shared> = new Map();
  /** What deleted devices were in: their last events come after the deletion. */
  readonly #deleted: Map<DeviceId, GroupSet> = new Map();

  /** Groups of a device, or those it had when it was deleted. */
  of(device: DeviceId): GroupSet {
    return this.#devices.get(device) ?? this.#deleted.get(device) ?? NO_GROUPS;
  }

  /** A device is in these groups from now on; `names` ascend. */
  put(device: DeviceId, names: readonly string[] = []): GroupSet {
    const was = this.#devices.get(device);
    if (this.#deleted.size > 0) this.#deleted.delete(device);
    if (was === undefined && names.length === 0) return NO_GROUPS;
    const now = this.#shared(names);
    if (now === was) return now ?? NO_GROUPS;
    if (was) this.#release(was);
    if (now) {
      now.devices++;
      this.#devices.set(device, now);
    } else {
      this.#devices.delete(device);
    }
    return now ?? NO_GROUPS;
  }

  delete(device: DeviceId): void {
    const was = this.#devices.get(device);
    if (!was) return;
    this.#devices.delete(device);
    this.#release(was);
    this.#deleted.set(device, was);
    if (this.#deleted.size <= MOST_DELETED) return;
    for (const longest of this.#deleted.keys()) {
      this.#deleted.delete(longest);
      break;
    }
  }

  #shared(names: readonly string[]): Shared | undefined {
    if (names.length === 0) return undefined;
    const key = JSON.stringify(names);
    let shared = this.#sets.get(key);
    if (!shared) this.#sets.set(key, (shared = { names, devices: 0 }));
    return shared;
  }

  #release(set: Shared): void {
    if (--set.devices === 0) this.#sets.delete(JSON.stringify(set.names));
  }
}
