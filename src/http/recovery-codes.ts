import { randomBytes } from "node:crypto";
import { hashSecret } from "./secrets.ts";

/** Letters that nobody takes for one another (Crockford's base32). */
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
/** 80 random bits each. */
const [COUNT, LENGTH] = [10, 16];

const SHAPE = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);

/** Recovery codes as people get them, once, and their hashes, in the same order. */
export interface RecoveryCodes {
  readonly codes: readonly string[];
  readonly hashes: readonly string[];
}

const mint = (): string => {
  const letters = [...randomBytes(LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.replaceAll(/.{4}(?=.)/g, "$&-");
};

/** Ten new recovery codes. */
export const mintRecoveryCodes = (): RecoveryCodes => {
  const codes = Array.from({ length: COUNT }, mint);
  return { codes, hashes: codes.map((code) => hashRecoveryCode(code) ?? "") };
};

/** The hash of what somebody typed; undefined when no recovery code looks like this. */
export const hashRecoveryCode = (typed: string): string | undefined => {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
  return SHAPE.test(code) ? hashSecret(code) : undefined;
};
