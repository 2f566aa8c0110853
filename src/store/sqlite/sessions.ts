import type { EpochMs } from "#geo";
import type { PersonId, SessionRecord, Sessions, SignInLinkRecord } from "#ports";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Sessions and sign-in links in `store.sqlite`. */
export class SqliteSessions implements Sessions {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  open(session: SessionRecord): Promise<void> {
    return this.#store.call("openSession", session);
  }

  byHash(hash: string): Promise<SessionRecord | undefined> {
    return this.#reader.call("session", hash);
  }

  close(hash: string): Promise<void> {
    return this.#store.call("closeSession", hash);
  }

  of(person: PersonId): Promise<readonly SessionRecord[]> {
    return this.#reader.call("sessionsOf", person);
  }

  offerLink(link: SignInLinkRecord): Promise<void> {
    return this.#store.call("offerLink", link);
  }

  redeemLink(hash: string, now: EpochMs): Promise<SignInLinkRecord | undefined> {
    return this.#store.call("redeemLink", { hash, now });
  }

  any(): Promise<boolean> {
    return this.#reader.call("anySession", null);
  }
}
