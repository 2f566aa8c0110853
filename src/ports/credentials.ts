import type { EpochMs } from "#geo";
import type { WorkspaceId } from "#wire";

/** What a token or session allows. `admin` includes the others. */
export type Scope = "admin" | "ingest" | "view";

/** A bearer token as it is stored: only its SHA-256 is kept. */
export interface TokenRecord {
  readonly id: string;
  readonly workspace: WorkspaceId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** May a position of an unknown device register it? */
  readonly register: boolean;
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
  readonly scopes: readonly Scope[];
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
  offerLink(link: SignInLinkRecord): Promise<void>;
  /** Answers the link and forgets it, in one step; undefined when it was used, expired or never made. */
  redeemLink(hash: string, now: EpochMs): Promise<SignInLinkRecord | undefined>;
  /** Has anybody ever signed in? */
  any(): Promise<boolean>;
}
