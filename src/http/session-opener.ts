import type { FastifyReply, FastifyRequest } from "fastify";
import type { PersonId } from "#ports";
import { formatTime, type Scope, type WorkspaceId } from "#wire";
import { SESSION_MS, setSessionCookie } from "./cookie.ts";
import type { HttpOptions } from "./options.ts";
import { hashSecret, mintSecret } from "./secrets.ts";

/** What a session rests on. */
export interface Opening {
  readonly workspace: WorkspaceId;
  /** Of a token or a link; a member's follow from the role. */
  readonly scopes?: readonly Scope[];
  readonly person?: PersonId;
  readonly expiresAt?: number;
  /** Hash of the token that opened it. */
  readonly tokenHash?: string;
}

/** A session that was opened, as answers show it. */
export interface Opened {
  readonly workspace: WorkspaceId;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string;
}

/** Longest name of a browser that is kept. */
const MOST_AGENT = 200;

/** Opens sessions of browsers. */
export class SessionOpener {
  readonly #options: HttpOptions;
  /** Do browsers come over TLS? */
  readonly secure: boolean;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.secure = options.tls !== undefined || options.publicUrl?.startsWith("https:") === true;
  }

  /** Opens one and answers what programs are told of it. */
  async enter(request: FastifyRequest, reply: FastifyReply, opening: Opening): Promise<Opened> {
    const end = await this.open(request, reply, opening);
    return {
      workspace: opening.workspace,
      scopes: opening.scopes ?? [],
      expiresAt: formatTime(end),
    };
  }

  /** Answers when the session ends. */
  async open(request: FastifyRequest, reply: FastifyReply, opening: Opening): Promise<number> {
    const { sessions, clock } = this.#options;
    const { workspace, scopes = [], person, expiresAt, tokenHash } = opening;
    const now = clock.now();
    // The token's hash in the cookie ties the session to the token: revoke one and the other ends.
    const cookie = mintSecret().secret + (tokenHash === undefined ? "" : `.${tokenHash}`);
    const end = Math.min(now + SESSION_MS, expiresAt ?? Infinity);
    const agent = request.headers["user-agent"]?.slice(0, MOST_AGENT);
    await sessions.open({
      hash: hashSecret(cookie),
      workspace,
      scopes,
      ...(person !== undefined && { person }),
      ...(agent !== undefined && { agent }),
      createdAt: now,
      expiresAt: end,
    });
    reply.header("set-cookie", setSessionCookie(cookie, this.secure)).header("cache-control", "no-store");
    return end;
  }
}
