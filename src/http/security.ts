import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";

const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), payment=(), usb=()",
  "x-frame-options": "DENY",
  // Nothing that is no page may load or run anything.
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** Headers of every answer; a page loosens the policy for itself with `pagePolicy`. */
export const addSecurity = (server: FastifyInstance, tls: boolean): void => {
  const headers = tls ? { ...HEADERS, "strict-transport-security": "max-age=31536000" } : HEADERS;
  server.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
};

/**
 * Sets the content security policy of an HTML page and answers its nonce, for `<script nonce>` and `<style nonce>`.
 * Scripts and styles come from this server only; workers may be blobs, because MapLibre makes them so.
 * `ancestors`: origins of pages that may show it in a frame.
 */
export const pagePolicy = (reply: FastifyReply, ancestors: readonly string[] = []): string => {
  const nonce = randomBytes(16).toString("base64");
  reply.header(
    "content-security-policy",
    [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "child-src blob:",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${ancestors.length === 0 ? "'none'" : ancestors.join(" ")}`,
    ].join("; "),
  );
  // The old header cannot name origins.
  if (ancestors.length > 0) reply.removeHeader("x-frame-options");
  return nonce;
};
