import { Problem } from "#wire";
import { readKeys } from "./fix-groups.ts";
import type { NewNames } from "./handles.ts";
import type { Names } from "./names.ts";

interface Named {
  readonly workspace: string;
  readonly device: string;
  /** Number of the device in the store; 0 until it is looked up. */
  num: number;
}

/** What the handles of the sending side stand for; see `Handles`. */
export class HandleTable {
  readonly #names: Names;
  #table: Named[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  /** Takes the names that came with a message. */
  learn({ reset, keys }: NewNames): void {
    if (reset) this.#table = [];
    if (keys) for (const key of readKeys(keys)) this.#table.push({ ...key, num: 0 });
  }

  /** Number of a device; one that is new is registered at `at`. */
  num(handle: number, at: number): number {
    const named = this.#table[handle];
    if (!named)
      throw new Problem("storage_failed", `Device handle ${handle} of ${this.#table.length} is unknown`);
    if (named.num === 0) named.num = this.#names.need(named.workspace, named.device, at);
    return named.num;
  }

  /** Forgets the numbers, not the names: after a rollback, or when a device was erased. */
  forgetNumbers(): void {
    for (const named of this.#table) named.num = 0;
  }
}
