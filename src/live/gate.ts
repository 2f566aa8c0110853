import type { IncomingMessage } from "node:http";
import type { Access, Credentials, OpenShare, Principal, ShareLinks } from "#ports";
import { allows, Problem } from "#wire";
import type { LiveLogger } from "./logger.ts";
import type { LiveSettings } from "./settings.ts";

/** Who may watch: a token or session with the scope `view`. Throws `unauthenticated`, `invalid_token`, `forbidden`. */
export async function admit(access: Access, credentials: Credentials): Promise<Principal> {
  const principal = await access.identify(credentials);
  if (!principal) throw new Problem("unauthenticated", "no token and no session came with the request");
  if (!allows(principal.scopes, "view")) {
    throw new Problem("forbidden", "the token lacks the scope view");
  }
  return principal;
}

/**
 * True when a browser sent the request from a page of another site: then its cookie proves nothing. Browsers say so in
 * `Sec-Fetch-Site`, which no script can set, or in `Origin`. Whoever sends neither is no browser, or asks for a page's
 * own server with GET. `origins`: further origins that the operator named.
 */
export function isCrossSite(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined && origins.includes(origin)) return false;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined) return false;
  // Parsed like the origin, so that a port that goes without saying is left out of both.
  const own = URL.canParse(origin) ? `${new URL(origin).protocol}//${host}` : "";
  return !URL.canParse(own) || new URL(own).origin !== origin;
}

/** Whoever may watch: somebody of the workspace, or somebody with a share link. */
export type Guest = Principal | OpenShare;

/** Lets somebody in who has a share link; nothing else that the request brings counts. Throws `not_found`, `share_ended`. */
export async function admitShare(links: ShareLinks | undefined, secret: unknown): Promise<OpenShare> {
  if (links === undefined || typeof secret !== "string") {
    throw new Problem("not_found", "there is no such share link");
  }
  return await links.open(secret);
}

/** Calls back when somebody is let in no more; with a share link the core hears of that by itself. */
export const whenEnded = (access: Access, guest: Guest, ended: () => void): (() => void) =>
  "share" in guest ? () => undefined : access.watch(guest, ended);

/**
 * Who asks, by a share link, or by headers or `token`; a session counts only on a request of this site, because browsers let any page send
 * it along. Throws what `admit` does, and `cross_site`.
 */
export async function identify(
  {
    access,
    links,
    settings,
  }: {
    readonly access: Access;
    readonly links: ShareLinks | undefined;
    readonly settings: Pick<LiveSettings, "origins">;
  },
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Guest> {
  const share = query.get("share");
  if (share !== null) return await admitShare(links, share);
  const token = query.get("token") ?? undefined;
  const { authorization, cookie, origin, "whereabouts-workspace": named } = request.headers;
  const workspace = typeof named === "string" ? named : undefined;
  const principal = await admit(access, { authorization, cookie, token, workspace });
  if (principal.via === "session" && isCrossSite(request, settings.origins)) {
    throw new Problem("cross_site", `a page of ${origin ?? "another site"} may not use the session`);
  }
  return principal;
}

/** What a client is told of an error: a problem as it is, anything else only as `internal`, after logging it. */
export function problemOf({ logger }: { readonly logger: LiveLogger | undefined }, error: unknown): Problem {
  if (error instanceof Problem) return error;
  logger?.error({ err: error }, "a live client could not be served");
  return new Problem("internal", "the server could not serve this client");
}
