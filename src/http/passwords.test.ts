import { argon2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashPassword, readNewPassword, verifyPassword } from "./passwords.ts";

describe("passwords", () => {
  it("[AC3] are kept as Argon2id in the PHC string format, each with a salt of its own", async () => {
    const [one, other] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword("correct horse", one)).toBe(true);
    expect(await verifyPassword("correct horsE", one)).toBe(false);
    expect(await verifyPassword("", one)).toBe(false);
  });

  it("[AC3] hash as any other implementation does, with the costs that the string names", async () => {
    const salt = Buffer.from("saltsaltsaltsalt");
    const message = Buffer.from("pass");
    const options = { message, nonce: salt, parallelism: 2, tagLength: 24, memory: 64, passes: 3 };
    const digest = argon2Sync("argon2id", options).toString("base64").replaceAll("=", "");
    const stored = `$argon2id$v=19$m=64,t=3,p=2$${salt.toString("base64").replaceAll("=", "")}$${digest}`;
    expect(await verifyPassword("pass", stored)).toBe(true);
    expect(await verifyPassword("past", stored)).toBe(false);
  });

  it("[AC3] are the same however the keyboard composes letters, and nobody's password is right", async () => {
    expect(await verifyPassword("cafe\u0301 au lait", await hashPassword("caf\u00e9 au lait"))).toBe(true);
    expect(await verifyPassword("anything", undefined)).toBe(false);
    expect(await verifyPassword("anything", "$2b$10$abc")).toBe(false);
  });

  it.each(["short", "a".repeat(257), undefined, 7, "kim@example.org", "KIM@example.org"])(
    "[AC3] %s cannot be chosen",
    (password) => {
      expect(() => readNewPassword(password, "kim@example.org")).toThrow(/^password /);
    },
  );
});
