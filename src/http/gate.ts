import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access, Principal } from "#ports";
import { allows, FIRST_WORKSPACE, Problem, type Scope } from "#wire";
import { sessionCookie } from "./cookie.ts";
import { isSameOrigin } from "./same-origin.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** `public`: answers anybody. `door`: finds out by itself who asks. Else the server's gate asks first. */
    access?: "public" | "door";
    /** What the route needs; without it reading needs `view` and everything else `manage`. */
    scope?: Scope;
    /** About the whole server: refuses whoever is not in its first workspace. */
    server?: true;
    /** Answers also whoever is limited to groups, and shows them nothing else; other routes refuse them. */
    limited?: true;
  }
  interface FastifyRequest {
    /** Who asks; null on routes that answer anybody. */
    principal: Principal | null;
  }
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who asks; only routes behind the gate may call this. */
export const principalOf = (request: FastifyRequest): Principal => {
  if (request.principal === null) throw new TypeError(`${request.routeOptions.url} is not behind the gate`);
  return request.principal;
};

/** A page that a browser is about to show, rather than an answer that a program reads. */
const wantsPage = (request: FastifyRequest): boolean =>
  request.method === "GET" && (request.headers.accept ?? "").includes("text/html");

const queryToken = (request: FastifyRequest): string | undefined => {
  const token = (request.query as Record<string, unknown>)["token"];
  return SAFE.has(request.method) && typeof token === "string" && token !== "" ? token : undefined;
};

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
};

const checkScope = (request: FastifyRequest, principal: Principal): void => {
  const needed = request.routeOptions.config.scope ?? (SAFE.has(request.method) ? "view" : "manage");
  if (!allows(principal.scopes, needed)) {
    throw new Problem(
      "forbidden",
      `${principal.scopes.join(", ")} is allowed; ${request.method} here needs ${needed}`,
    );
  }
  if (request.routeOptions.config.server === true && principal.workspace !== FIRST_WORKSPACE) {
    throw new Problem("forbidden", "this is about the whole server; only its first workspace has it");
  }
  if (principal.groups !== undefined && request.routeOptions.config.limited !== true) {
    throw new Problem("forbidden", "this is about the whole workspace; only some groups of it may be seen");
  }
};

/**
 * Nothing passes without credentials but what says so in its route config, unknown addresses included.
 * A cookie may only change things from our own pages: `cross_site`.
 */
export const addGate = (server: FastifyInstance, access: Access, publicUrl: string | undefined): void => {
  server.decorateRequest("principal", null);
  server.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.routeOptions.config.access !== undefined) return;
    const { authorization, cookie } = request.headers;
    const token = authorization === undefined ? queryToken(request) : undefined;
    const workspace = headerOf(request, "whereabouts-workspace");
    const principal = await access.identify({ authorization, cookie, token, workspace });
    if (principal === undefined) {
      if (wantsPage(request)) {
        await reply.redirect(`/sign-in?to=${encodeURIComponent(request.url)}`, 303);
        return;
      }
      const stale = sessionCookie(cookie) !== undefined;
      throw new Problem(
        "unauthenticated",
        stale ? "the session has ended" : "no token and no session was given",
      );
    }
    if (principal.via === "session" && !SAFE.has(request.method) && !isSameOrigin(request, publicUrl)) {
      throw new Problem("cross_site", "with a cookie, changes are only taken from this server's own pages");
    }
    // What is not there is said to everybody who may ask at all.
    if (!request.is404) checkScope(request, principal);
    request.principal = principal;
  });
};
