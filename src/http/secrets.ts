import { hash, randomBytes } from "node:crypto";

/** A secret as it is given to people, and what is stored of it. */
export interface Minted {
  readonly secret: string;
  /** Lower-case hexadecimal SHA-256 of the secret. */
  readonly hash: string;
}

/** Lower-case hexadecimal SHA-256 of a secret, as tokens, sessions and links are stored. */
export const hashSecret = (secret: string): string => hash("sha256", secret, "hex");

const mint = (prefix: string): Minted => {
  const secret = prefix + randomBytes(32).toString("base64url");
  return { secret, hash: hashSecret(secret) };
};

/** A new bearer token, `wa_` and 256 random bits. */
export const mintToken = (): Minted => mint("wa_");

/** A new secret for a sign-in link or a session. */
export const mintSecret = (): Minted => mint("");

/** A short random id for a thing of this kind, such as `fence_Zk3…`. */
export const mintId = (kind: string): string => `${kind}_${randomBytes(9).toString("base64url")}`;

/** A new secret that webhooks are signed with: `whsec_` and 256 random bits in base64, as Standard Webhooks has it. */
export const mintSigningSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;
