import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { type OidcFlags, oidcOf, oidcOptions } from "./oidc-settings.ts";

const PUBLIC = { publicUrl: new URL("https://map.example.org") };
const env = (more: Record<string, string> = {}): NodeJS.ProcessEnv => more;

/** Reads flags as the command line does. */
const parse = (...args: string[]): OidcFlags => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of oidcOptions()) command.addOption(option);
  return command.parse(args, { from: "user" }).opts();
};

const both = ["--oidc-issuer", "https://id.example.org/realm", "--oidc-client-id", "map"];

describe("the settings of a sign-in provider", () => {
  it("are absent without flags, and whole with an issuer and a client", () => {
    expect(oidcOf({ ...parse(), ...PUBLIC }, env())).toBeUndefined();
    expect(oidcOf({ ...parse(...both), ...PUBLIC }, env())).toEqual({
      issuer: new URL("https://id.example.org/realm"),
      clientId: "map",
      name: "id.example.org",
    });
    const named = parse(...both, "--oidc-name", " Example ID ");
    expect(oidcOf({ ...named, ...PUBLIC }, env({ WHEREABOUTS_OIDC_CLIENT_SECRET: "s" }))).toMatchObject({
      name: "Example ID",
      clientSecret: "s",
    });
  });

  it("say what does not go together", () => {
    const secret = env({ WHEREABOUTS_OIDC_CLIENT_SECRET: "never repeated" });
    const twice = { ...parse(...both, "--oidc-client-secret-file", "x"), ...PUBLIC };
    expect(() => oidcOf(parse(...both), env())).toThrow("needs --public-url");
    expect(() => oidcOf({ ...parse(...both.slice(2)), ...PUBLIC }, env())).toThrow("go together");
    expect(() => oidcOf({ ...parse(...both.slice(0, 2)), ...PUBLIC }, env())).toThrow("go together");
    expect(() => oidcOf({ ...parse(), ...PUBLIC }, secret)).toThrow("go together");
    expect(() => oidcOf(twice, secret)).toThrow("given twice");
    expect(() => oidcOf(twice, secret)).not.toThrow("never repeated");
  });

  it.each([
    "http://id.example.org",
    "http://10.0.0.1",
    "http://127.0.0.1.example.org",
    "https://id.example.org/?a=b",
    "https://user:secret@id.example.org",
    "ftp://id.example.org",
    "id.example.org",
    "",
  ])("refuse the issuer %j", (issuer) => {
    expect(() => parse("--oidc-issuer", issuer)).toThrow(/Expected an address/);
  });

  it.each(["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "https://10.0.0.1"])(
    "take the issuer %s",
    (issuer) => {
      expect(parse("--oidc-issuer", issuer).oidcIssuer?.href).toBe(`${issuer}/`);
    },
  );

  it.each(["", "  ", "x".repeat(41), "a\u0007"])("refuse the name %j", (name) => {
    expect(() => parse("--oidc-name", name)).toThrow(/printable/);
  });
});
