import type { EpochMs } from "#geo";
import type { PasskeyRecord, Passkeys, PersonId } from "#ports";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Passkeys in `store.sqlite`. */
export class SqlitePasskeys implements Passkeys {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  add(passkey: PasskeyRecord, most: number): Promise<void> {
    return this.#store.call("addPasskey", { passkey, most });
  }

  async byCredential(credential: string): Promise<PasskeyRecord | undefined> {
    const [passkey] = await this.#reader.call("passkeys", { credential });
    return passkey;
  }

  of(person: PersonId): Promise<readonly PasskeyRecord[]> {
    return this.#reader.call("passkeys", { person });
  }

  use(id: string, counter: number, at: EpochMs): Promise<boolean> {
    return this.#store.call("usePasskey", { id, counter, at });
  }

  rename(person: PersonId, id: string, name: string): Promise<boolean> {
    return this.#store.call("renamePasskey", { person, id, name });
  }

  remove(person: PersonId, id: string): Promise<boolean> {
    return this.#store.call("removePasskey", { person, id });
  }
}
