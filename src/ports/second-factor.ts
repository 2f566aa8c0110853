import type { EpochMs } from "#geo";
import type { PersonId } from "./members.ts";

/** The authenticator of a person: what makes the codes that are asked for after the password (RFC 6238). */
export interface TotpRecord {
  readonly person: PersonId;
  /** Base32. It has to be known to check a code, so it is stored as it is; it belongs into no answer, log or audit. */
  readonly secret: string;
  readonly createdAt: EpochMs;
}

/** An authenticator that is on. */
export interface TotpState extends TotpRecord {
  /** Recovery codes that were not used yet. */
  readonly codesLeft: number;
}

/** What people have to show besides their password. Of recovery codes only the SHA-256 is kept. */
export interface SecondFactors {
  /** Undefined when none is on. */
  totp(person: PersonId): Promise<TotpState | undefined>;
  /** Turns one on whose codes up to `step` are used. False when one is on already, or there is no such person. */
  turnOn(totp: TotpRecord, step: number, codes: readonly string[]): Promise<boolean>;
  /** Uses the code of a time step. False when that one, or a later one, was used, or none is on. */
  useStep(person: PersonId, step: number): Promise<boolean>;
  /** Uses a recovery code by its hash. False when there is no such code. */
  useCode(person: PersonId, hash: string): Promise<boolean>;
  /** These take the place of all recovery codes. False when no authenticator is on. */
  replaceCodes(person: PersonId, codes: readonly string[]): Promise<boolean>;
  /** With its recovery codes. False when none is on. */
  turnOff(person: PersonId): Promise<boolean>;
}
