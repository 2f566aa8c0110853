import { timingSafeEqual } from "node:crypto";
import type { Access, Clock, Credentials, Principal, Sessions, TokenRecord, Tokens } from "#ports";
import { Problem } from "#wire";
import { sessionCookie } from "./cookie.ts";
import { hashSecret } from "./secrets.ts";
import { Watchers } from "./watchers.ts";

/** What `createAccess` needs. */
export interface AccessOptions {
  readonly tokens: Pick<Tokens, "byHash">;
  readonly sessions: Pick<Sessions, "byHash">;
  readonly clock: Clock;
  /** A string that is a token of an administrator of the first workspace (`WHEREABOUTS_ADMIN_TOKEN`). */
  readonly adminToken?: string | undefined;
}

/** What the routes tell the access after they have ended something. */
export interface AccessControl {
  /** The token's scopes and expiry by its plain text; throws `invalid_token`. */
  resolveToken(token: string): Promise<Resolved>;
  /** Forgets a revoked token and every session that was opened with it; their watchers are called. */
  forgetToken(id: string): void;
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

const FIRST_WORKSPACE = "main";
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

  async identify({ authorization, cookie, token }: Credentials): Promise<Principal | undefined> {
    if (authorization !== undefined) {
      const bearer = /^bearer +(\S+)$/i.exec(authorization)?.[1];
      if (bearer === undefined)
        throw new Problem("invalid_token", "authorization must be `Bearer` and a token");
      return (await this.resolveToken(bearer)).principal;
    }
    if (token !== undefined) return (await this.resolveToken(token)).principal;
    const session = sessionCookie(cookie);
    return session === undefined ? undefined : (await this.#resolveSession(session))?.principal;
  }

  async resolveToken(token: string): Promise<Resolved> {
    const hash = token.length > MAX_SECRET ? "" : hashSecret(token);
    const found = this.#remembered(hash) ?? (await this.#lookUpToken(hash));
    if (found === undefined) throw new Problem("invalid_token", "the token is unknown, revoked or expired");
    return found;
  }

  watch(principal: Principal, ended: () => void): () => void {
    const known = this.#known.get(principal);
    const ids = known?.tokenId === undefined ? [principal.id] : [principal.id, known.tokenId];
    return this.#watchers.add(new Set(ids), known?.expiresAt, ended);
  }

  forgetToken(id: string): void {
    for (const [key, entry] of this.#cache) if (entry.tokenId === id) this.#cache.delete(key);
    this.#watchers.end(id);
  }

  forgetSession(cookie: string): void {
    const hash = hashSecret(cookie);
    this.#cache.delete(hash);
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

  /** A session lives as long as its record and, when it was opened with a token, as long as that token. */
  async #resolveSession(cookie: string): Promise<Resolved | undefined> {
    if (cookie.length > MAX_SECRET) return undefined;
    const hash = hashSecret(cookie);
    const remembered = this.#remembered(hash);
    if (remembered !== undefined) return remembered;
    const record = await this.#options.sessions.byHash(hash);
    const tokenHash = tokenHashOf(cookie);
    const token = tokenHash === undefined ? undefined : await this.#lookUpToken(tokenHash);
    const now = this.#options.clock.now();
    if (record === undefined || record.expiresAt <= now || (tokenHash !== undefined && token === undefined)) {
      this.#watchers.end(sessionId(hash));
      return undefined;
    }
    const { workspace, scopes, expiresAt } = record;
    const register = scopes.includes("admin");
    return this.#remember(hash, {
      principal: { workspace, scopes, register, via: "session", id: sessionId(hash) },
      expiresAt: Math.min(expiresAt, token?.expiresAt ?? expiresAt),
      ...(token?.tokenId !== undefined && { tokenId: token.tokenId }),
    });
  }
}

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

const resolvedOf = ({ id, workspace, scopes, register, hash, expiresAt }: TokenRecord): Resolved => ({
  principal: { workspace, scopes, register, via: "token", id },
  tokenHash: hash,
  tokenId: id,
  ...(expiresAt !== undefined && { expiresAt }),
});
