import type { PersonId, SecondFactors, TotpRecord, TotpState } from "#ports";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Authenticators and recovery codes in `store.sqlite`. */
export class SqliteSecondFactors implements SecondFactors {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  totp(person: PersonId): Promise<TotpState | undefined> {
    return this.#reader.call("totp", person);
  }

  turnOn(totp: TotpRecord, step: number, codes: readonly string[]): Promise<boolean> {
    return this.#store.call("turnOnTotp", { totp, step, codes });
  }

  useStep(person: PersonId, step: number): Promise<boolean> {
    return this.#store.call("useTotpStep", { person, step });
  }

  useCode(person: PersonId, hash: string): Promise<boolean> {
    return this.#store.call("useRecoveryCode", { person, hash });
  }

  replaceCodes(person: PersonId, codes: readonly string[]): Promise<boolean> {
    return this.#store.call("replaceRecoveryCodes", { person, codes });
  }

  turnOff(person: PersonId): Promise<boolean> {
    return this.#store.call("turnOffTotp", person);
  }
}
