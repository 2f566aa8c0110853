import type { EpochMs } from "#geo";
import type { Identities, IdentityRecord, MemberRecord, PersonId, PersonRecord } from "#ports";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Accounts at sign-in providers in `store.sqlite`. */
export class SqliteIdentities implements Identities {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  async find(issuer: string, subject: string): Promise<IdentityRecord | undefined> {
    const [identity] = await this.#reader.call("identities", { issuer, subject });
    return identity;
  }

  of(person: PersonId): Promise<readonly IdentityRecord[]> {
    return this.#reader.call("identities", { person });
  }

  link(identity: IdentityRecord): Promise<boolean> {
    return this.#store.call("linkIdentity", identity);
  }

  unlink(person: PersonId, issuer: string): Promise<boolean> {
    return this.#store.call("unlinkIdentity", { person, issuer });
  }

  admit(
    identity: Omit<IdentityRecord, "person">,
    newcomer: PersonRecord,
    now: EpochMs,
  ): Promise<MemberRecord | undefined> {
    return this.#store.call("admitIdentity", { identity, newcomer, now });
  }
}
