import type { EpochMs } from "#geo";
import type { DeviceId, Scope, WorkspaceId } from "#wire";
import type { PersonId } from "./members.ts";

/** A bearer token as it is stored: only its SHA-256 is kept. */
export interface TokenRecord {
  readonly id: string;
  readonly workspace: WorkspaceId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** May a position of an unknown device register it? */
  readonly register: boolean;
  /** Only devices of these groups may be seen; all of them when absent. */
  readonly groups?: readonly string[];
  /** Only positions of this device may be sent. */
  readonly device?: DeviceId;
  /** Lower-case hexadecimal SHA-256 of the token. */
  readonly hash: string;
  readonly createdAt: EpochMs;
  readonly expiresAt?: EpochMs;
}

/** A signed-in browser. */
export interface SessionRecord {
  /** Lower-case hexadecimal SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly workspace: WorkspaceId;
  /** Of a session that a token or link opened; a member's follow from the role. */
  readonly scopes: readonly Scope[];
  readonly person?: PersonId;
  /** What the browser called itself, for the list of sessions. */
  readonly agent?: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** A sign-in link that works once. */
export interface SignInLinkRecord {
  readonly hash: string;
  readonly workspace: WorkspaceId;
  readonly expiresAt: EpochMs;
}

/** Tokens of all workspaces. */
export interface Tokens {
  create(token: TokenRecord): Promise<void>;
  list(workspace: WorkspaceId): Promise<readonly TokenRecord[]>;
  byHash(hash: string): Promise<TokenRecord | undefined>;
  /** False when there is no such token in the workspace. */
  revoke(workspace: WorkspaceId, id: string): Promise<boolean>;
  /** Is there any token at all? */
  any(): Promise<boolean>;
}

/** Sessions and the links that start them. */
export interface Sessions {
  open(session: SessionRecord): Promise<void>;
  byHash(hash: string): Promise<SessionRecord | undefined>;
  close(hash: string): Promise<void>;
  /** Those of a person, newest first. */
  of(person: PersonId): Promise<readonly SessionRecord[]>;
  offerLink(link: SignInLinkRecord): Promise<void>;
  /** Answers the link and forgets it, in one step; undefined when it was used, expired or never made. */
  redeemLink(hash: string, now: EpochMs): Promise<SignInLinkRecord | undefined>;
  /** Has anybody ever signed in? */
  any(): Promise<boolean>;
}
