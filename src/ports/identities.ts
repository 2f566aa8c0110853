import type { EpochMs } from "#geo";
import type { MemberRecord, PersonId, PersonRecord } from "./members.ts";

/** An account at a sign-in provider (OpenID Connect) that is somebody's way in. */
export interface IdentityRecord {
  /** Issuer, as `URL.href` writes it, and the subject, which is the issuer's for ever. */
  readonly issuer: string;
  readonly subject: string;
  readonly person: PersonId;
  /** What the provider called it when it was linked, for people to recognise. */
  readonly email?: string;
  readonly createdAt: EpochMs;
}

/** Whose accounts at sign-in providers are whose. */
export interface Identities {
  find(issuer: string, subject: string): Promise<IdentityRecord | undefined>;
  /** Oldest first. */
  of(person: PersonId): Promise<readonly IdentityRecord[]>;
  /** False when it is linked already, the person has one of this issuer, or is not there. */
  link(identity: IdentityRecord): Promise<boolean>;
  /** False when there is none. Throws `last_way_in` when nothing else would let the person in. */
  unlink(person: PersonId, issuer: string): Promise<boolean>;
  /**
   * Uses the oldest invitation for this address, in one step: makes the person and the member, and links the identity.
   * Undefined without an invitation that holds, and when the address or the identity is somebody's already.
   */
  admit(
    identity: Omit<IdentityRecord, "person">,
    newcomer: PersonRecord,
    now: EpochMs,
  ): Promise<MemberRecord | undefined>;
}
