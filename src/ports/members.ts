import type { EpochMs } from "#geo";
import type { Role, WorkspaceId } from "#wire";

export type PersonId = string;

/** Somebody who signs in; one person may be a member of several workspaces. */
export interface PersonRecord {
  readonly id: PersonId;
  /** Lower case; one person has it. */
  readonly email: string;
  readonly name: string;
  /** Argon2id in the PHC string format; absent until one is chosen. */
  readonly password?: string;
  readonly createdAt: EpochMs;
}

/** What somebody is in a workspace. */
export interface Membership {
  readonly role: Role;
  /** Only devices of these groups are seen; all of them when absent. */
  readonly groups?: readonly string[];
}

/** A person in a workspace. */
export interface MemberRecord extends Membership {
  readonly workspace: WorkspaceId;
  readonly person: PersonId;
  readonly since: EpochMs;
}

/** A member with who that is. */
export interface Member extends MemberRecord {
  readonly email: string;
  readonly name: string;
}

/** An invitation that makes whoever has its link a member; only the link's SHA-256 is kept. */
export interface InvitationRecord extends Membership {
  readonly id: string;
  readonly workspace: WorkspaceId;
  readonly email: string;
  readonly hash: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** A link with which a person chooses another password, once. */
export interface PasswordResetRecord {
  readonly hash: string;
  readonly person: PersonId;
  readonly expiresAt: EpochMs;
}

/** People and what they are in workspaces. */
export interface Members {
  person(id: PersonId): Promise<PersonRecord | undefined>;
  /** By address in lower case. */
  byEmail(email: string): Promise<PersonRecord | undefined>;
  /** Name and password. False when there is no such person. */
  update(person: Pick<PersonRecord, "id" | "name" | "password">): Promise<boolean>;
  /** Ascending by address. */
  list(workspace: WorkspaceId): Promise<readonly Member[]>;
  get(workspace: WorkspaceId, person: PersonId): Promise<Member | undefined>;
  /** Every workspace that a person is in, ascending. */
  of(person: PersonId): Promise<readonly MemberRecord[]>;
  /** False when there is no such member. Throws `last_owner` when the workspace would be left without one. */
  change(workspace: WorkspaceId, person: PersonId, to: Membership): Promise<boolean>;
  /**
   * Also ends the person's sessions there, and forgets a person who is in no workspace any more. False when there is no
   * such member. Throws `last_owner`.
   */
  remove(workspace: WorkspaceId, person: PersonId): Promise<boolean>;
}

/** Links by which people become members, and get in again. */
export interface Invitations {
  /** Takes the place of an earlier one for the same address and workspace. */
  offer(invitation: InvitationRecord): Promise<void>;
  list(workspace: WorkspaceId, now: EpochMs): Promise<readonly InvitationRecord[]>;
  /** Undefined when it was used, revoked or has expired. */
  byHash(hash: string, now: EpochMs): Promise<InvitationRecord | undefined>;
  /** False when there is no such invitation in the workspace. */
  revoke(workspace: WorkspaceId, id: string): Promise<boolean>;
  /**
   * Uses the invitation, in one step: makes the person unless there is one with its address, and the member unless
   * there is one. Answers the member; undefined when it was used, revoked or has expired.
   */
  accept(
    hash: string,
    newcomer: Omit<PersonRecord, "email">,
    now: EpochMs,
  ): Promise<MemberRecord | undefined>;
  /** Takes the place of an earlier one of the person. */
  offerReset(reset: PasswordResetRecord): Promise<void>;
  /** The person whom the link is for, without using it. */
  resetOf(hash: string, now: EpochMs): Promise<PersonId | undefined>;
  /** Uses the link, sets the password and ends all sessions of the person, in one step. */
  redeemReset(hash: string, password: string, now: EpochMs): Promise<PersonId | undefined>;
}
