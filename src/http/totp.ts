import { Secret, TOTP } from "otpauth";
import type { EpochMs } from "#geo";

/** What every authenticator app knows: RFC 6238 with HMAC-SHA-1, six digits, thirty seconds. */
const KIND = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** Steps that a clock may be off, either way. */
const WINDOW = 1;
const ISSUER = "Whereabouts";

/** A new secret of 160 random bits (RFC 4226, section 4) in base32. */
export const mintTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** The secret as apps read it: `otpauth://totp/…`. */
export const totpUri = (secret: string, email: string): string =>
  new TOTP({ ...KIND, issuer: ISSUER, label: email, secret: Secret.fromBase32(secret) }).toString();

/** The step, counted from 1970, whose code this is; undefined when it is none of the present one or its neighbours. */
export const totpStep = (secret: string, code: string, now: EpochMs): number | undefined => {
  if (!/^\d{6}$/.test(code)) return undefined;
  const given = { ...KIND, secret: Secret.fromBase32(secret), token: code, timestamp: now, window: WINDOW };
  const delta = TOTP.validate(given);
  return delta === null ? undefined : TOTP.counter({ period: KIND.period, timestamp: now }) + delta;
};
