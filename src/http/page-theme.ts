import type { FastifyRequest } from "fastify";
import type { Theme } from "#pages";

/** The light that the reader chose, from the cookie `theme`; `auto` without one. */
export function readTheme(request: FastifyRequest): Theme {
  const chosen = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(request.headers.cookie ?? "")?.[1];
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}
