import type { EpochMs } from "#geo";
import type { PersonId } from "./members.ts";

/** A passkey (WebAuthn credential): only its public key is here. */
export interface PasskeyRecord {
  readonly id: string;
  readonly person: PersonId;
  /** The id that the authenticator gave it, base64url; one passkey has it. */
  readonly credential: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** How often it was used, as it counts itself; stays 0 where it does not count. */
  readonly counter: number;
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly usedAt?: EpochMs;
}

/** Passkeys of all people. */
export interface Passkeys {
  /** Throws `conflict` for a credential that is known, and for who has `most` already or is not there. */
  add(passkey: PasskeyRecord, most: number): Promise<void>;
  byCredential(credential: string): Promise<PasskeyRecord | undefined>;
  /** Oldest first. */
  of(person: PersonId): Promise<readonly PasskeyRecord[]>;
  /** Keeps its new counter, in one step. False when it is gone, or its counter did not go on: then it is a copy. */
  use(id: string, counter: number, at: EpochMs): Promise<boolean>;
  /** False when the person has no such passkey. */
  rename(person: PersonId, id: string, name: string): Promise<boolean>;
  /** False when the person has no such passkey. Throws `last_way_in` when nothing else would let the person in. */
  remove(person: PersonId, id: string): Promise<boolean>;
}
