/** What people should read instead of an error's code. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ECONNABORTED: "connection closed",
  EPIPE: "connection closed",
  ETIMEDOUT: "no connection in time",
  ENOTFOUND: "the host has no address",
  EAI_AGAIN: "the host could not be looked up",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  CERT_HAS_EXPIRED: "the certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is of another host",
};

/** An error whose message is meant to be read: it holds neither address nor secret. */
export class Trouble extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Trouble";
  }
}

/**
 * An error of a network in a few words. Messages of Node and of libraries are not used: they name addresses, and
 * sometimes what was sent.
 */
export function troubleOf(error: unknown): string {
  if (error instanceof Trouble) return error.message;
  if (error instanceof AggregateError && error.errors.length > 0) return troubleOf(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code === "string") return WORDS[code] ? `${WORDS[code]} (${code})` : code;
  return error instanceof Error ? error.name : "failed";
}
