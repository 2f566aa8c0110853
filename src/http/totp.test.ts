import { describe, expect, it } from "vitest";
import { mintTotpSecret, totpStep, totpUri } from "./totp.ts";

/** `12345678901234567890`, the secret of RFC 6238, appendix B. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("codes of an authenticator", () => {
  it.each([
    [59, "287082", 1],
    [1_111_111_109, "081804", 37_037_036],
    [1_111_111_111, "050471", 37_037_037],
    [1_234_567_890, "005924", 41_152_263],
    [2_000_000_000, "279037", 66_666_666],
    [20_000_000_000, "353130", 666_666_666],
  ])("[AC20] at %d s the code of RFC 6238 is %s", (seconds, code, step) => {
    expect(totpStep(SECRET, code, seconds * 1000)).toBe(step);
  });

  it("[AC20] hold one step before and after theirs, and no longer", () => {
    for (const [seconds, step] of [
      [29, 1],
      [30, 1],
      [89, 1],
      [90, undefined],
    ] as const) {
      expect(totpStep(SECRET, "287082", seconds * 1000), `${seconds}`).toBe(step);
    }
    expect(totpStep(SECRET, "287082", -1000)).toBeUndefined();
  });

  it.each(["", "28708", "2870821", "287082\n", "２８７０８２", "28708a"])("[AC20] %j is none", (code) => {
    expect(totpStep(SECRET, code, 59_000)).toBeUndefined();
  });

  it("come from 160 random bits, which apps read as an address", () => {
    const secret = mintTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(mintTotpSecret()).not.toBe(secret);
    const uri = new URL(totpUri(secret, "kim:?&@example.org"));
    expect(uri.protocol).toBe("otpauth:");
    expect(uri.searchParams.get("secret")).toBe(secret);
    expect(uri.searchParams.get("issuer")).toBe("Whereabouts");
    expect(decodeURIComponent(uri.pathname)).toContain("kim");
  });
});
