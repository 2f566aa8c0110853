import { isIP } from "node:net";
import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";

/** Whom passkeys are made for (WebAuthn: relying party), and at which origin they may be shown. */
export interface RelyingParty {
  /** A domain. */
  readonly id: string;
  readonly origin: string;
}

/**
 * Follows from the public address of the server; without one it is `localhost` at the port that the connection came to.
 * Never from `Host`, which a stranger chooses. Undefined where passkeys cannot be: at an address without a name.
 */
export const relyingParty = (
  { socket }: Pick<FastifyRequest, "socket">,
  publicUrl: string | undefined,
): RelyingParty | undefined => {
  const protocol = socket instanceof TLSSocket ? "https" : "http";
  const { hostname, origin } = new URL(publicUrl ?? `${protocol}://localhost:${socket.localPort ?? 0}`);
  return isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? { id: hostname, origin } : undefined;
};
