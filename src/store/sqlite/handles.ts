import { writeKeys } from "./fix-groups.ts";

/** Devices with a handle; past that all handles are given anew. */
const MAX_HANDLES = 1_000_000;

/** Names that a message makes known: handles go on counting, from 0 after `reset`. */
export interface NewNames {
  readonly reset: boolean;
  /** As `writeKeys` writes them, in the order of their handles; absent when there is none. */
  readonly keys: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Small numbers for devices, agreed between the thread that sends commits and the one that stores them, so that a
 * name crosses and is looked up once and not in every commit. The other side is `HandleTable`.
 */
export class Handles {
  readonly #workspaces = new Map<string, Map<string, number>>();
  #fresh: { readonly workspace: string; readonly device: string }[] = [];
  #count = 0;
  #reset = true;

  /** Handle of a device, a new one when it has none. */
  of(workspace: string, device: string): number {
    let devices = this.#workspaces.get(workspace);
    if (!devices) this.#workspaces.set(workspace, (devices = new Map()));
    const known = devices.get(device);
    if (known !== undefined) return known;
    const handle = this.#count++;
    devices.set(device, handle);
    this.#fresh.push({ workspace, device });
    return handle;
  }

  /** The names given since the last call; to be sent with what uses them. */
  take(): NewNames {
    const names = { reset: this.#reset, keys: this.#fresh.length > 0 ? writeKeys(this.#fresh) : undefined };
    this.#fresh = [];
    this.#reset = false;
    return names;
  }

  /** Gives all handles anew when there are too many; between two messages. */
  trim(): void {
    if (this.#count > MAX_HANDLES) this.clear();
  }

  /** Gives all handles anew, because the other side may not have heard of the last ones. */
  clear(): void {
    this.#workspaces.clear();
    this.#fresh = [];
    this.#count = 0;
    this.#reset = true;
  }
}
