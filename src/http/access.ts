import { timingSafeEqual } from "node:crypto";
import type {
  Access,
  Clock,
  Credentials,
  Members,
  PersonId,
  Principal,
  SessionRecord,
  Sessions,
  TokenRecord,
  Tokens,
  Workspaces,
} from "#ports";
import { allows, FIRST_WORKSPACE, Problem, scopesOf, show, type WorkspaceId, type Scope } from "#wire";
import { sessionCookie } from "./cookie.ts";
import { hashSecret } from "./secrets.ts";
import { Watchers } from "./watchers.ts";

/** What `createAccess` needs. */
export interface AccessOptions {
  readonly tokens: Pick<Tokens, "byHash">;
  readonly sessions: Pick<Sessions, "byHash">;
  readonly members: Pick<Members, "get">;
  readonly workspaces: Pick<Workspaces, "get">;
  /** Is the workspace being deleted, or was it lately? */
  readonly isClosed?: (workspace: WorkspaceId) => boolean;
  readonly clock: Clock;
  /**
   * A string that is a token of whoever runs the server (`WHEREABOUTS_ADMIN_TOKEN`): of the first workspace, and of any
   * that the request names.
   */
  readonly adminToken?: string | undefined;
}

/** What the routes tell the access after they have ended something. */
export interface AccessControl {
  /** The token's scopes and expiry by its plain text; throws `invalid_token`. */
  resolveToken(token: string): Promise<Resolved>;
  /** Id of the stored token that somebody came with, or that their session was opened with. */
  tokenOf(principal: Principal): string | undefined;
  /** Forgets a revoked token and every session that was opened with it; their watchers are called. */
  forgetToken(id: string): void;
  /** Forgets what a person was, everywhere; the watchers of all their sessions are called. */
  forgetPerson(id: PersonId): void;
  /** Forgets who is in a workspace that is deleted; all their watchers are called. */
  forgetWorkspace(id: WorkspaceId): void;
  /** Forgets a session by its hash; its watchers are called. */
  forgetSessionHash(hash: string): void;
  /** Forgets a session, by the cookie's value; its watchers are called. */
  forgetSession(cookie: string): void;
}

/** A principal with what decides how long it lasts. */
export interface Resolved {
  readonly principal: Principal;
  readonly expiresAt?: number;
  /** Hash of the token, or of the token that the session was opened with. */
  readonly tokenHash?: string;
  /** Id of that token. */
  readonly tokenId?: string;
}

interface Cached extends Resolved {
  readonly checkAt: number;
}

/** After this a principal is looked up again, so that a token revoked by another process ends as well. */
const RECHECK_MS = 10_000;
const MAX_CACHED = 10_000;
const MAX_SECRET = 1024;

const ADMIN_ID = "admin-token";

/**
 * Finds out who asks, by token or session cookie, with a bounded memory of who asked before. Secrets are only
 * ever compared by their SHA-256.
 */
export const createAccess = (options: AccessOptions): Access & AccessControl => new CachedAccess(options);

class CachedAccess implements Access, AccessControl {
  readonly #options: AccessOptions;
  readonly #admin: Buffer | undefined;
  readonly #cache = new Map<string, Cached>();
  /** What is known of every principal that somebody still holds, remembered or not. */
  readonly #known = new WeakMap<Principal, Resolved>();
  readonly #watchers: Watchers;

  constructor(options: AccessOptions) {
    this.#options = options;
    const { adminToken } = options;
    this.#admin =
      adminToken === undefined || adminToken === "" ? undefined : Buffer.from(hashSecret(adminToken));
    this.#watchers = new Watchers(options.clock);
  }

  async identify(credentials: Credentials): Promise<Principal | undefined> {
    const { cookie, workspace } = credentials;
    const token = tokenIn(credentials);
    const session = token === undefined ? sessionCookie(cookie) : undefined;
    const found =
      token === undefined
        ? session !== undefined && (await this.#resolveSession(session, workspace))
        : await this.#resolveTokenIn(token, workspace);
    const isIn = found !== undefined && found !== false;
    if (isIn && (workspace === undefined || workspace === found.principal.workspace)) return found.principal;
    // A session that holds elsewhere has not ended.
    const isKnown = isIn || (session !== undefined && (await this.#resolveSession(session)) !== undefined);
    if (workspace === undefined || !isKnown) return undefined;
    throw new Problem("forbidden", `you are in no workspace ${show(workspace)}`);
  }

  async resolveToken(token: string): Promise<Resolved> {
    const hash = token.length > MAX_SECRET ? "" : hashSecret(token);
    const found = this.#remembered(hash) ?? (await this.#lookUpToken(hash));
    if (found === undefined || this.#isShut(found))
      throw new Problem("invalid_token", "the token is unknown, revoked or expired");
    return found;
  }

  /** Whoever runs the server is in any workspace that they name. */
  async #resolveTokenIn(token: string, wanted: WorkspaceId | undefined): Promise<Resolved> {
    const found = await this.resolveToken(token);
    const { tokenHash, tokenId, principal } = found;
    if (wanted === undefined || tokenId !== ADMIN_ID || tokenHash === undefined) return found;
    const key = `${tokenHash} ${wanted}`;
    const remembered = this.#remembered(key);
    if (remembered !== undefined) return remembered;
    if ((await this.#options.workspaces.get(wanted)) === undefined) return found;
    const there = { ...found, principal: { ...principal, workspace: wanted } };
    return this.#isShut(there) ? found : this.#remember(key, there);
  }

  #isShut({ principal }: Resolved): boolean {
    return this.#options.isClosed?.(principal.workspace) === true;
  }

  tokenOf(principal: Principal): string | undefined {
    const id = this.#known.get(principal)?.tokenId;
    return id === ADMIN_ID ? undefined : id;
  }

  watch(principal: Principal, ended: () => void): () => void {
    const known = this.#known.get(principal);
    const place = placeOf(principal.workspace);
    const ids = [principal.id, known?.tokenId, principal.person, place].filter((id) => id !== undefined);
    return this.#watchers.add(ids, known?.expiresAt, ended);
  }

  forgetToken(id: string): void {
    for (const [key, entry] of this.#cache) if (entry.tokenId === id) this.#cache.delete(key);
    this.#watchers.end(id);
  }

  forgetPerson(id: PersonId): void {
    for (const [key, { principal }] of this.#cache) if (principal.person === id) this.#cache.delete(key);
    this.#watchers.end(id);
  }

  forgetWorkspace(id: WorkspaceId): void {
    for (const [key, { principal }] of this.#cache) if (principal.workspace === id) this.#cache.delete(key);
    this.#watchers.end(placeOf(id));
  }

  forgetSession(cookie: string): void {
    this.forgetSessionHash(hashSecret(cookie));
  }

  forgetSessionHash(hash: string): void {
    for (const key of this.#cache.keys()) if (key.startsWith(hash)) this.#cache.delete(key);
    this.#watchers.end(sessionId(hash));
  }

  #remembered(hash: string): Cached | undefined {
    const entry = this.#cache.get(hash);
    if (entry === undefined) return undefined;
    const now = this.#options.clock.now();
    if (now < entry.checkAt && (entry.expiresAt === undefined || now < entry.expiresAt)) return entry;
    this.#cache.delete(hash);
    return undefined;
  }

  #remember(hash: string, resolved: Resolved): Cached {
    // A Map keeps the order of insertion: the first key is the one that was looked up longest ago.
    const oldest = this.#cache.size >= MAX_CACHED ? this.#cache.keys().next().value : undefined;
    if (oldest !== undefined) this.#cache.delete(oldest);
    const entry = { ...resolved, checkAt: this.#options.clock.now() + RECHECK_MS };
    this.#cache.set(hash, entry);
    this.#known.set(resolved.principal, resolved);
    return entry;
  }

  #isAdmin(hash: string): boolean {
    const given = Buffer.from(hash);
    return (
      this.#admin !== undefined && given.length === this.#admin.length && timingSafeEqual(given, this.#admin)
    );
  }

  async #lookUpToken(hash: string): Promise<Resolved | undefined> {
    if (hash === "") return undefined;
    if (this.#isAdmin(hash)) return this.#remember(hash, adminOf(hash));
    const record = await this.#options.tokens.byHash(hash);
    if (record === undefined) return undefined;
    if (record.expiresAt !== undefined && record.expiresAt <= this.#options.clock.now()) {
      this.#watchers.end(record.id);
      return undefined;
    }
    return this.#remember(hash, resolvedOf(record));
  }

  /**
   * A session lives as long as its record, and as long as the token that it was opened with or the member whose it is.
   * `workspace`: another one of the person's than the session was opened for.
   */
  async #resolveSession(cookie: string, workspace?: string): Promise<Resolved | undefined> {
    if (cookie.length > MAX_SECRET) return undefined;
    const hash = hashSecret(cookie);
    const key = workspace === undefined ? hash : `${hash} ${workspace}`;
    const remembered = this.#remembered(key);
    if (remembered !== undefined && !this.#isShut(remembered)) return remembered;
    const record = await this.#options.sessions.byHash(hash);
    const found =
      record !== undefined && record.expiresAt > this.#options.clock.now()
        ? await this.#openSession(cookie, record, workspace)
        : undefined;
    if (found !== undefined && !this.#isShut(found)) return this.#remember(key, found);
    // Somebody who is in no such workspace still has the session.
    if (workspace === undefined) this.#watchers.end(sessionId(hash));
    return undefined;
  }

  async #openSession(
    cookie: string,
    record: SessionRecord,
    wanted = record.workspace,
  ): Promise<Resolved | undefined> {
    if (record.person !== undefined) {
      return await this.#memberSession({ ...record, workspace: wanted }, record.person);
    }
    const tokenHash = tokenHashOf(cookie);
    const token = tokenHash === undefined ? undefined : await this.#lookUpToken(tokenHash);
    if (tokenHash !== undefined && token === undefined) return undefined;
    const { expiresAt, scopes } = record;
    const { groups, name } = token?.principal ?? {};
    return {
      principal: {
        ...sessionPrincipal(record, scopes),
        ...(groups !== undefined && { groups }),
        ...(name !== undefined && { name }),
      },
      expiresAt: Math.min(expiresAt, token?.expiresAt ?? expiresAt),
      ...(token?.tokenId !== undefined && { tokenId: token.tokenId }),
    };
  }

  async #memberSession(record: SessionRecord, person: PersonId): Promise<Resolved | undefined> {
    const member = await this.#options.members.get(record.workspace, person);
    if (member === undefined) return undefined;
    const { role, email: name, groups } = member;
    return {
      principal: {
        ...sessionPrincipal(record, scopesOf(role)),
        person,
        name,
        ...(groups !== undefined && { groups }),
      },
      expiresAt: record.expiresAt,
    };
  }
}

const sessionPrincipal = (
  { workspace, hash }: Pick<SessionRecord, "workspace" | "hash">,
  scopes: readonly Scope[],
): Principal => ({
  workspace,
  scopes,
  register: allows(scopes, "admin"),
  via: "session",
  id: sessionId(hash),
});

/** The token that a request brings. Throws `invalid_token` for another kind of authorization. */
const tokenIn = ({ authorization, token }: Credentials): string | undefined => {
  if (authorization === undefined) return token;
  const bearer = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  if (bearer === undefined) throw new Problem("invalid_token", "authorization must be `Bearer` and a token");
  return bearer;
};

/** What everybody in a workspace is watched by. */
const placeOf = (workspace: WorkspaceId): string => `workspace ${workspace}`;

const sessionId = (hash: string): string => `session-${hash.slice(0, 12)}`;

/** The hash of the token that a session was opened with stands behind a dot in the cookie; links have none. */
const tokenHashOf = (cookie: string): string | undefined => {
  const dot = cookie.indexOf(".");
  return dot < 0 ? undefined : cookie.slice(dot + 1);
};

const adminOf = (hash: string): Resolved => ({
  principal: { workspace: FIRST_WORKSPACE, scopes: ["admin"], register: true, via: "token", id: ADMIN_ID },
  tokenHash: hash,
  tokenId: ADMIN_ID,
});

const resolvedOf = (record: TokenRecord): Resolved => {
  const { id, workspace, name, scopes, register, groups, device, hash, expiresAt } = record;
  return {
    principal: {
      workspace,
      scopes,
      register,
      via: "token",
      id,
      ...(name !== "" && { name }),
      ...(groups !== undefined && { groups }),
      ...(device !== undefined && { device }),
    },
    tokenHash: hash,
    tokenId: id,
    ...(expiresAt !== undefined && { expiresAt }),
  };
};
