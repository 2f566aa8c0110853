import type { EpochMs } from "#geo";
import type { StoreFigures, Upkeep } from "#ports";
import type { KeeperCalls } from "./keeper-calls.ts";
import type { ReaderCalls } from "./reader-calls.ts";
import { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Housekeeping of a data folder. Long work runs in a thread of its own, so that commits do not wait for it. */
export class SqliteUpkeep implements Upkeep {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;
  readonly #folder: string;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>, folder: string) {
    this.#store = store;
    this.#reader = reader;
    this.#folder = folder;
  }

  backup(path: string): Promise<void> {
    return this.#keeper((keeper) => keeper.call("backup", { folder: this.#folder, path }));
  }

  async forget(before: EpochMs): Promise<number> {
    let forgotten = 0;
    for (let more = true; more;) {
      const step = await this.#store.call("forget", before);
      forgotten += step.fixes;
      more = step.more;
    }
    return forgotten;
  }

  figures(): Promise<StoreFigures> {
    return this.#reader.call("figures", null);
  }

  check(): Promise<readonly string[]> {
    return this.#keeper((keeper) => keeper.call("check", { folder: this.#folder }));
  }

  async #keeper<T>(work: (keeper: Remote<KeeperCalls>) => Promise<T>): Promise<T> {
    const keeper = new Remote<KeeperCalls>("keeper", "./keeper-thread");
    try {
      return await work(keeper);
    } finally {
      await keeper.close();
    }
  }
}
