import type { FastifyRequest } from "fastify";

/** Origin of a URL; undefined when it is none. */
const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

/**
 * Does an unsafe request come from one of our own pages? Browsers say so in `Sec-Fetch-Site`, which no script
 * can set, or in `Origin`. A request that says nothing does not count: every browser sends `Origin` with a POST.
 */
export const isSameOrigin = (request: FastifyRequest, publicUrl: string | undefined): boolean => {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  const { origin } = request.headers;
  if (origin === undefined) return false;
  if (publicUrl !== undefined && originOf(publicUrl) === origin) return true;
  if (!URL.canParse(origin)) return false;
  // Parsed like the origin, so that a port that goes without saying is left out of both.
  const { protocol } = new URL(origin);
  return originOf(`${protocol}//${request.host}`) === origin;
};

/** As `isSameOrigin`, but a client that says nothing may pass: it is no browser, and it brings no cookie. */
export const isNotCrossSite = (request: FastifyRequest, publicUrl: string | undefined): boolean =>
  (request.headers["sec-fetch-site"] === undefined && request.headers.origin === undefined) ||
  isSameOrigin(request, publicUrl);
