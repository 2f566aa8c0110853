import type { IncomingMessage } from "node:http";
import type { Access, Credentials, Principal } from "#ports";
import { Problem } from "#wire";
import type { LiveLogger } from "./logger.ts";

/** Who may watch: a token or session with the scope `view`. Throws `unauthenticated`, `invalid_token`, `forbidden`. */
export async function admit(access: Access, credentials: Credentials): Promise<Principal> {
  const principal = await access.identify(credentials);
  if (!principal) throw new Problem("unauthenticated", "no token and no session came with the request");
  if (!principal.scopes.includes("view") && !principal.scopes.includes("admin")) {
    throw new Problem("forbidden", "the token lacks the scope view");
  }
  return principal;
}

/**
 * True when a browser sent the request from a page of another site: then its cookie proves nothing. Requests without
 * `Origin` come from no browser, or from a page's own server.
 */
export function isCrossSite(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return request.headers["sec-fetch-site"] === "cross-site";
  if (origins.includes(origin)) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}

/** What a client is told of an error: a problem as it is, anything else only as `internal`, after logging it. */
export function problemOf({ logger }: { readonly logger: LiveLogger | undefined }, error: unknown): Problem {
  if (error instanceof Problem) return error;
  logger?.error({ err: error }, "a live client could not be served");
  return new Problem("internal", "the server could not serve this client");
}
