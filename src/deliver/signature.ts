import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** Bytes of a secret that is made here. */
const KEY_BYTES = 32;

/** A new secret for a webhook: `whsec_` and 32 random bytes in base64. */
export const createSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString("base64");

/** The key of a secret: what follows `whsec_`, decoded; of any other text its UTF-8. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), "base64")
    : Buffer.from(secret, "utf8");

/**
 * The header `webhook-signature` of Standard Webhooks (https://www.standardwebhooks.com): for every secret `v1,` and
 * the HMAC-SHA256 of `id.timestamp.body` in base64, separated by spaces. `timestamp` is in seconds.
 */
export const signatureOf = (
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): string =>
  secrets
    .map((secret) =>
      createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64"),
    )
    .map((signature) => `v1,${signature}`)
    .join(" ");
