import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTarget } from "./decode-target.ts";
import { encodeTarget } from "./encode-target.ts";
import { makeTarget } from "./make-target.ts";
import { isRefusal } from "./refusal.ts";
import type { Target } from "./target.ts";

const keys = { p256dh: "B".repeat(87), auth: "a".repeat(22) };
const endpoint = "https://push.example/send/abc";
const owner = { id: "target_1", workspace: "main", now: 1_700_000_000_000 };
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const refused = (value: unknown, stored?: Target): string => {
  const read = decodeTarget(value, stored);
  if (!isRefusal(read)) throw new Error(`was accepted: ${JSON.stringify(read)}`);
  return `${read.code}: ${read.detail}`;
};

const stored = (value: unknown): Target => {
  const read = decodeTarget(value);
  if (isRefusal(read)) throw new Error(read.detail);
  return makeTarget(read, owner);
};

describe("decodeTarget", () => {
  it("[TA1] reads every kind in its shortest form", () => {
    const url = "https://example.org/hook?a=b#c";
    expect(decodeTarget({ kind: "webhook", url })).toEqual({ kind: "webhook", url, secrets: [] });
    expect(decodeTarget({ kind: "webhook", url: "http://[2001:db8::1]:8080", secret })).toEqual({
      kind: "webhook",
      url: "http://[2001:db8::1]:8080",
      secrets: [secret],
    });
    expect(decodeTarget({ kind: "email", to: "ada@example.org" })).toEqual({
      kind: "email",
      to: ["ada@example.org"],
    });
    expect(
      decodeTarget({ kind: "mqtt", url: "mqtt://broker:1883", topic: "alerts/{device}/{type}" }),
    ).toEqual({
      kind: "mqtt",
      url: "mqtt://broker:1883",
      topic: "alerts/{device}/{type}",
      qos: 1,
    });
    const push = { kind: "push", endpoint, keys };
    expect(decodeTarget({ kind: "push", subscription: { endpoint, keys, expirationTime: null } })).toEqual(
      push,
    );
    expect(decodeTarget({ kind: "push", endpoint, keys })).toEqual(push);
  });

  it("[TA1] reads what all have in common, and takes null for absent", () => {
    const more = { name: "Ops", enabled: false, id: "x", createdAt: "2026-01-01T00:00:00Z", updatedAt: 5 };
    expect(decodeTarget({ kind: "email", to: ["a@b.c", "d@e.f", "a@b.c"], ...more })).toEqual({
      kind: "email",
      to: ["a@b.c", "d@e.f"],
      name: "Ops",
      enabled: false,
    });
    expect(
      decodeTarget({ kind: "webhook", url: "http://a", secret: null, name: null, enabled: null }),
    ).toEqual({
      kind: "webhook",
      url: "http://a",
      secrets: [],
    });
  });

  it("[TA2] takes several secrets, the newest first, and any text as one", () => {
    const of = (more: object): unknown => decodeTarget({ kind: "webhook", url: "http://a", ...more });
    expect(of({ secrets: ["new", secret] })).toMatchObject({ secrets: ["new", secret] });
    expect(of({ secret: "new", secrets: ["new", "old"] })).toMatchObject({ secrets: ["new", "old"] });
    expect(of({ secret: "new", secrets: ["old"] })).toMatchObject({ secrets: ["new", "old"] });
    expect(of({ secret: "s3cret & ünicode" })).toMatchObject({ secrets: ["s3cret & ünicode"] });
  });

  it.each([
    ["nothing", undefined, "a target is nothing"],
    ["a list", [], "a target is an array of 0"],
    ["no kind", { url: "http://a" }, "kind is nothing"],
    ["another kind", { kind: "sms" }, 'kind is "sms"'],
    ["the kind of a prototype", { kind: "toString" }, 'kind is "toString"'],
    ["a misspelt property", { kind: "webhook", url: "http://a", secert: "x" }, '"secert" is no property'],
    ["no address", { kind: "webhook" }, "url is nothing"],
    ["another scheme", { kind: "webhook", url: "ftp://a/b" }, "http:// or https://"],
    ["a script", { kind: "webhook", url: "javascript://a" }, "http:// or https://"],
    ["a user", { kind: "webhook", url: "https://user@a/" }, "credentials"],
    ["a user and a password", { kind: "webhook", url: "https://u:p@a/" }, "credentials"],
    ["a hidden user", { kind: "webhook", url: "https://a\\@b/" }, "credentials"],
    ["a backslash", { kind: "webhook", url: "https://a\\b/" }, "url is"],
    ["a space", { kind: "webhook", url: "https://a b/" }, "url is"],
    ["a line break", { kind: "webhook", url: "https://a/\r\nx" }, "url is"],
    ["no host", { kind: "webhook", url: "https:///path" }, "url is"],
    ["a long address", { kind: "webhook", url: `http://a/${"x".repeat(2_040)}` }, "has 2049 characters"],
    ["an empty secret", { kind: "webhook", url: "http://a", secret: "" }, "secret is not a text"],
    ["a secret that is no base64", { kind: "webhook", url: "http://a", secret: "whsec_!" }, "not base64"],
    [
      "six secrets",
      { kind: "webhook", url: "http://a", secrets: ["a", "b", "c", "d", "e", "f"] },
      "at most 5",
    ],
    ["secrets that are no list", { kind: "webhook", url: "http://a", secrets: "a" }, "not a list"],
    ["no recipient", { kind: "email", to: [] }, "1 to 50 mail addresses"],
    ["a name before the address", { kind: "email", to: "Ada <a@b.c>" }, "without a name"],
    ["two addresses in one", { kind: "email", to: "a@b.c,d@e.f" }, "without a name"],
    ["a header in the address", { kind: "email", to: "a@b.c\r\nBcc: x@y.z" }, "without a name"],
    ["no broker", { kind: "mqtt", topic: "a" }, "mqtt://"],
    ["a broker over websocket", { kind: "mqtt", url: "ws://a", topic: "a" }, "mqtt://"],
    ["a broker with a path", { kind: "mqtt", url: "mqtt://a/b", topic: "a" }, "no path"],
    ["a wildcard", { kind: "mqtt", url: "mqtt://a", topic: "a/+/b" }, "without + and #"],
    ["an unknown field in a topic", { kind: "mqtt", url: "mqtt://a", topic: "a/{lon}" }, "without + and #"],
    ["a system topic", { kind: "mqtt", url: "mqtt://a", topic: "$SYS/x" }, "without + and #"],
    ["an odd QoS", { kind: "mqtt", url: "mqtt://a", topic: "a", qos: 3 }, "qos is 3"],
    ["no subscription", { kind: "push" }, "subscription.endpoint is nothing"],
    ["a short key", { kind: "push", endpoint, keys: { p256dh: "x", auth: keys.auth } }, "65 bytes"],
    ["no auth", { kind: "push", endpoint, keys: { p256dh: keys.p256dh } }, "16 bytes"],
    ["a long name", { kind: "email", to: "a@b.c", name: "x".repeat(201) }, "name is"],
    ["an odd switch", { kind: "email", to: "a@b.c", enabled: "yes" }, 'enabled is "yes"'],
  ])("[TA3] refuses %s by name", (_, value, detail) => {
    const text = refused(value);
    expect(text).toMatch(/^invalid_target: /);
    expect(text).toContain(detail);
  });

  it("[TA3] refuses a key that reaches the prototype", () => {
    expect(refused(JSON.parse('{"kind":"email","to":"a@b.c","__proto__":1}'))).toMatch(/^forbidden_key/);
  });

  it("[TA4] never shows a secret, not even a wrong one", () => {
    expect(refused({ kind: "webhook", url: "http://a", secret: "whsec_hush!" })).not.toContain("hush");
    const broker = { kind: "mqtt", url: "mqtt://a", topic: "a", password: "hu\nsh" };
    expect(refused(broker)).not.toContain("sh\\");
  });

  it("[TA1] never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        decodeTarget(value);
        for (const kind of ["webhook", "email", "mqtt", "push"]) {
          const read = decodeTarget({ kind, url: value, to: value, topic: value, subscription: value });
          expect(read).toBeTypeOf("object");
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe("a target", () => {
  it("[TA5] is named after its address when nobody named it", () => {
    const names = [
      { kind: "webhook", url: "https://example.org:8443/hook/token" },
      { kind: "email", to: ["ada@example.org"] },
      { kind: "mqtt", url: "mqtt://a", topic: "alerts" },
      { kind: "push", endpoint, keys },
    ].map((value) => stored(value).name);
    expect(names).toEqual(["example.org:8443", "ada@example.org", "alerts", "browser"]);
  });

  it("[TA6] leaves the server without secrets, except in the answer that creates it", () => {
    const hook = stored({ kind: "webhook", url: "http://a", secrets: ["new", "old"] });
    expect(encodeTarget(hook)).toEqual({
      id: "target_1",
      kind: "webhook",
      url: "http://a",
      name: "a",
      enabled: true,
      createdAt: "2023-11-14T22:13:20.000Z",
      updatedAt: "2023-11-14T22:13:20.000Z",
    });
    expect(encodeTarget(hook, "withSecrets")).toMatchObject({ secret: "new", secrets: ["new", "old"] });
    const broker = { kind: "mqtt", url: "mqtt://a", topic: "t", username: "u", password: "hush" };
    for (const value of [broker, { kind: "push", endpoint, keys }]) {
      for (const secrets of ["redacted", "withSecrets"] as const) {
        const text = JSON.stringify(encodeTarget(stored(value), secrets));
        expect(text).not.toMatch(/hush|BBBB|aaaa/);
      }
    }
  });

  it("[TA7] is edited by naming what changes; an answer that is sent back changes nothing", () => {
    const all = [
      { kind: "webhook", url: "http://a", secrets: ["new", "old"], enabled: false },
      { kind: "email", to: ["a@b.c"], name: "Ops" },
      { kind: "mqtt", url: "mqtt://a", topic: "t", username: "u", password: "hush", qos: 2 },
      { kind: "push", endpoint, keys },
    ].map((value) => stored(value));
    for (const target of all) {
      for (const edit of [encodeTarget(target), {}]) {
        const read = decodeTarget(edit, target);
        if (isRefusal(read)) throw new Error(read.detail);
        expect(makeTarget(read, owner, target)).toEqual(target);
      }
    }
    expect(decodeTarget({ secret: "newest" }, all[0])).toMatchObject({
      secrets: ["newest"],
      url: "http://a",
    });
    expect(decodeTarget({ kind: "email", to: "x@y.z" }, all[0])).toEqual({ kind: "email", to: ["x@y.z"] });
    expect(decodeTarget({ password: "" }, all[2])).not.toHaveProperty("password");
  });

  it("[TA8] does not send a password to another broker, nor keys to another browser, by an edit of the address", () => {
    const broker = stored({ kind: "mqtt", url: "mqtt://a", topic: "t", password: "hush" });
    expect(decodeTarget({ url: "mqtt://b" }, broker)).not.toHaveProperty("password");
    const browser = stored({ kind: "push", endpoint, keys });
    expect(refused({ endpoint: "https://elsewhere/" }, browser)).toContain("keys");
  });
});
