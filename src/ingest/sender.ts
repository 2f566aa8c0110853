import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access, Credentials, Principal } from "#ports";
import { Problem } from "#wire";

declare module "fastify" {
  interface FastifyContextConfig {
    /** `public`: answers anybody. `door`: finds out by itself who asks. Else the server's gate asks first. */
    access?: "public" | "door";
  }
  interface FastifyRequest {
    /** Who sends to this door; set before the body is read. */
    sender: Principal | null;
  }
}

const MAX_TOKEN = 512;

/** The password of HTTP Basic, where apps that know nothing else carry the token; undefined when it is not Basic. */
const basicPassword = (authorization: string | undefined): string | undefined => {
  if (
    authorization === undefined ||
    !/^basic /i.test(authorization) ||
    authorization.length > 2 * MAX_TOKEN
  ) {
    return undefined;
  }
  const pair = Buffer.from(authorization.slice(6).trim(), "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
};

/** The user of HTTP Basic; undefined without one. */
export const basicUser = (authorization: string | undefined): string | undefined => {
  if (authorization === undefined || !/^basic /i.test(authorization)) return undefined;
  const pair = Buffer.from(authorization.slice(6).trim(), "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon > 0 ? pair.slice(0, colon) : undefined;
};

/** A query parameter that was given once. */
export const queryText = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** What the request brings: Bearer, Basic or `?token=`, and the workspace that it names. A cookie is never taken, so no other site can send here. */
const credentialsOf = (request: FastifyRequest): Credentials => {
  const { authorization, "whereabouts-workspace": named } = request.headers;
  const workspace = typeof named === "string" ? named : undefined;
  const password = basicPassword(authorization);
  if (password !== undefined) return { token: password, workspace };
  if (authorization !== undefined) return { authorization, workspace };
  return { token: queryText(request, "token"), workspace };
};

/**
 * Lets only those in who may send positions (scope `ingest` or `admin`), before the body is read.
 * Throws `unauthenticated`, `invalid_token` or `forbidden`.
 */
export const guardDoor = (door: FastifyInstance, access: Access): void => {
  door.decorateRequest("sender", null);
  door.addHook("onRequest", async (request) => {
    const sender = await access.identify(credentialsOf(request));
    if (sender === undefined) {
      throw new Problem("unauthenticated", "positions need a token with the scope ingest");
    }
    if (!sender.scopes.includes("ingest") && !sender.scopes.includes("admin")) {
      throw new Problem("forbidden", `the token has the scopes ${sender.scopes.join(", ")}; expected ingest`);
    }
    request.sender = sender;
  });
};

/** Who sends; the guard has run before any handler. */
export const senderOf = (request: FastifyRequest): Principal => {
  if (request.sender === null) throw new TypeError("the door has no guard");
  return request.sender;
};
