import { describe, expect, it } from "vitest";
import { hashRecoveryCode, mintRecoveryCodes } from "./recovery-codes.ts";

describe("recovery codes", () => {
  it("[AC21] are ten of 80 bits, and read however they are typed", () => {
    const { codes, hashes } = mintRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const [i, code] of codes.entries()) {
      expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
      expect(hashes[i]).toMatch(/^[0-9a-f]{64}$/);
      const typed = ` ${code.toUpperCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "l")} `;
      expect(hashRecoveryCode(typed)).toBe(hashes[i]);
    }
  });

  it.each(["", "123456", "aaaa-aaaa-aaaa-aaa", "aaaa-aaaa-aaaa-aaaaa", "aaaa-aaaa-aaaa-aaau"])(
    "[AC21] %j is none",
    (typed) => {
      expect(hashRecoveryCode(typed)).toBeUndefined();
    },
  );
});
