import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashSecret } from "./secrets.ts";
import { type Authenticator, type Lies, makeAuthenticator } from "./testing/authenticator.ts";
import { type Browser, browse } from "./testing/browser.ts";
import { addPerson, PASSWORD } from "./testing/person.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";

const ORIGIN = "https://map.example.org";
const { folder, remove } = makePageFolder();
afterAll(remove);

let served: ServedPages;
beforeEach(async () => {
  served = await servePages(folder, { trustProxy: true, publicUrl: ORIGIN });
  await addPerson(served, "kim");
});

const open = (address?: string): Browser => browse(served.server, address);

/** A browser with a session, without the cost of a password. */
const signedIn = async (person = "kim", createdAt = served.clock.now()): Promise<Browser> => {
  const browser = open();
  const value = `session of ${person} ${served.sessionRecords.length}`;
  const expiresAt = createdAt + 86_400_000;
  const session = { hash: hashSecret(value), workspace: "main", scopes: [], person, createdAt, expiresAt };
  await served.sessions.open(session);
  browser.cookies.set("whereabouts_session", { value, path: "/" });
  return browser;
};

type Json = Record<string, unknown>;

const offer = async (browser: Browser): Promise<{ key: unknown; options: Json }> => {
  const { status, json } = await browser.ask("POST", "/api/account/passkeys/options", { current: PASSWORD });
  expect(status).toBe(200);
  return { key: json?.["key"], options: json?.["options"] as Json };
};

const add = async (browser: Browser, authenticator: Authenticator, lies?: Lies, name: unknown = "Phone") => {
  const { key, options } = await offer(browser);
  const response = authenticator.create(options, lies);
  return await browser.ask("POST", "/api/account/passkeys", { key, name, response });
};

const challenge = async (browser: Browser): Promise<Json> =>
  (await browser.ask("POST", "/sign-in/passkey/options", {})).json ?? {};

const show = async (authenticator: Authenticator, lies?: Lies, browser = open()) => {
  const response = authenticator.get(await challenge(browser), lies);
  const answer = await browser.ask("POST", "/sign-in/passkey?to=%2Fdevices", { response });
  return { ...answer, code: answer.json?.["code"], response, browser };
};

describe("adding a passkey", () => {
  it("[AC24] needs the password; it is listed, renamed and removed, and written down", async () => {
    const browser = await signedIn();
    const wrong = { current: "wrong wrong wrong" };
    expect((await browser.ask("POST", "/api/account/passkeys/options", wrong)).json).toMatchObject({
      detail: "current is not the present password",
    });
    const { options } = await offer(browser);
    expect(options).toMatchObject({
      rp: { id: "map.example.org" },
      user: { name: "kim@example.org" },
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    const added = await add(browser, makeAuthenticator(ORIGIN));
    expect(added).toMatchObject({ status: 201, json: { name: "Phone", usedAt: null } });
    const id = String(added.json?.["id"]);
    expect(added.headers["location"]).toBe(`/api/account/passkeys/${id}`);
    expect((await browser.ask("PATCH", `/api/account/passkeys/${id}`, { name: "<Laptop>" })).status).toBe(
      200,
    );
    expect((await browser.ask("PATCH", `/api/account/passkeys/${id}`, { name: "" })).status).toBe(400);
    expect((await browser.get("/account/passkeys")).text).toContain("&lt;Laptop&gt;");
    expect((await browser.post(`/account/passkeys/${id}/delete`)).location).toMatch(
      /^\/account\/passkeys\?said=/,
    );
    expect((await browser.ask("GET", "/api/account/passkeys")).json).toMatchObject({ passkeys: [] });
    expect(served.auditRecords).toMatchObject([
      { action: "passkey.create", of: id, by: "kim", after: { name: "Phone" } },
      { action: "passkey.change", before: { name: "Phone" }, after: { name: "<Laptop>" } },
      { action: "passkey.delete", before: { name: "<Laptop>" } },
    ]);
  });

  it.each<[string, Lies]>([
    ["another challenge", { challenge: "AAAA" }],
    ["another origin", { origin: "https://evil.example" }],
    ["another domain", { rpId: "example.org" }],
    ["an answer to another question", { type: "webauthn.get" }],
    ["a person who was not verified", { flags: 0x01 }],
  ])("[AC24] is refused for %s", async (_, lies) => {
    const browser = await signedIn();
    expect((await add(browser, makeAuthenticator(ORIGIN), lies)).json).toMatchObject({
      code: "wrong_passkey",
    });
    expect(served.passkeyRecords).toEqual([]);
  });

  it("[AC24] takes an offer once, from whom it was made to, in time, and a credential once", async () => {
    await addPerson(served, "ann");
    const [kim, ann] = [await signedIn(), await signedIn("ann")];
    const authenticator = makeAuthenticator(ORIGIN);
    const { key, options } = await offer(kim);
    const body = { key, name: "Phone", response: authenticator.create(options) };
    expect((await ann.ask("POST", "/api/account/passkeys", body)).json).toMatchObject({
      code: "wrong_passkey",
    });
    // Whoever tried has spent it.
    expect((await kim.ask("POST", "/api/account/passkeys", body)).json).toMatchObject({
      code: "wrong_passkey",
    });
    expect((await add(kim, authenticator)).status).toBe(201);
    expect((await add(ann, authenticator)).json).toMatchObject({ code: "conflict" });
    const late = await offer(kim);
    served.clock.advance(300_000);
    const stale = { key: late.key, name: "Phone", response: makeAuthenticator(ORIGIN).create(late.options) };
    expect((await kim.ask("POST", "/api/account/passkeys", stale)).json).toMatchObject({
      code: "wrong_passkey",
    });
    for (const response of [null, 7, {}, { id: [] }, { response: { attestationObject: "!" } }]) {
      const { key: next } = await offer(kim);
      const odd = await kim.ask("POST", "/api/account/passkeys", { key: next, name: "Phone", response });
      expect(odd.json).toMatchObject({ code: "wrong_passkey" });
    }
  });

  it("[AC24] stops at twenty, and is nothing for a token or another site", async () => {
    const browser = await signedIn();
    await add(browser, makeAuthenticator(ORIGIN));
    const [one] = served.passkeyRecords;
    for (let i = 1; i < 20; i++) served.passkeyRecords.push({ ...one!, id: `p${i}`, credential: `c${i}` });
    const full = await browser.ask("POST", "/api/account/passkeys/options", { current: PASSWORD });
    expect(full.json).toMatchObject({ code: "conflict" });
    const byToken = await served.server.inject({
      url: "/api/account/passkeys",
      headers: { authorization: "Bearer admin" },
    });
    expect(byToken.json()).toMatchObject({ code: "forbidden" });
    const cookie = `whereabouts_session=${browser.cookies.get("whereabouts_session")?.value}`;
    const foreign = await served.server.inject({
      method: "DELETE",
      url: `/api/account/passkeys/${one?.id}`,
      headers: { cookie, "sec-fetch-site": "cross-site" },
    });
    expect(foreign.json()).toMatchObject({ code: "cross_site" });
  });

  it("[AC24] asks who has no password for a new session, and keeps the last way in", async () => {
    await addPerson(served, "ann", { password: false });
    const old = await signedIn("ann", served.clock.now() - 600_000);
    expect((await old.ask("POST", "/api/account/passkeys/options", {})).json).toMatchObject({
      code: "forbidden",
    });
    const fresh = await signedIn("ann");
    const { json } = await add(fresh, makeAuthenticator(ORIGIN));
    const path = `/api/account/passkeys/${String(json?.["id"])}`;
    expect((await fresh.ask("DELETE", path)).json).toMatchObject({ code: "last_way_in" });
    const kim = await signedIn();
    expect((await kim.ask("DELETE", path)).json).toMatchObject({ code: "not_found" });
    expect((await kim.ask("PATCH", path, { name: "Mine" })).json).toMatchObject({ code: "not_found" });
    await add(fresh, makeAuthenticator(ORIGIN));
    expect((await fresh.ask("DELETE", path)).status).toBe(204);
  });
});

describe("signing in with a passkey", () => {
  it("[AC25] needs nothing else, not even a code, and goes where the reader wanted", async () => {
    const authenticator = makeAuthenticator(ORIGIN);
    await add(await signedIn(), authenticator);
    await served.factors.turnOn({ person: "kim", secret: "GEZDGNBV", createdAt: 0 }, 0, []);
    const { status, json, browser } = await show(authenticator);
    expect(status).toBe(200);
    expect(json).toMatchObject({ workspace: "main", scopes: ["view"], to: "/devices" });
    expect((await browser.ask("GET", "/api/session")).json).toMatchObject({ person: "kim" });
    expect(served.passkeyRecords).toMatchObject([{ counter: 1, usedAt: served.clock.now() }]);
  });

  it("[AC25] tells nobody whose passkeys there are", async () => {
    await add(await signedIn(), makeAuthenticator(ORIGIN));
    const options = await challenge(open());
    expect(options).toMatchObject({ rpId: "map.example.org", userVerification: "required" });
    expect(options["allowCredentials"] ?? []).toEqual([]);
    expect(JSON.stringify(options)).not.toContain("kim");
  });

  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  it.each<[string, Lies]>([
    ["the signature of another key", { key: privateKey }],
    ["another challenge", { challenge: "AAAA" }],
    ["another origin", { origin: "https://evil.example" }],
    ["http in place of https", { origin: "http://map.example.org" }],
    ["another domain", { rpId: "example.org" }],
    ["an answer to another question", { type: "webauthn.create" }],
    ["a person who was not verified", { flags: 0x01 }],
    ["a person who was not there", { flags: 0x04 }],
    ["somebody else's handle", { userHandle: Buffer.from("ann").toString("base64url") }],
    ["no handle", { userHandle: null }],
    ["a counter that stands still", { counter: 5 }],
    ["a counter that went back", { counter: 4 }],
    ["a counter that was given up", { counter: 0 }],
  ])("[AC26] is refused for %s", async (_, lies) => {
    const authenticator = makeAuthenticator(ORIGIN);
    authenticator.counter = 5;
    await add(await signedIn(), authenticator);
    const { status, code, browser } = await show(authenticator, lies);
    expect([status, code]).toEqual([401, "wrong_passkey"]);
    expect((await browser.ask("GET", "/api/session")).status).toBe(401);
    expect(served.passkeyRecords).toMatchObject([{ counter: 5 }]);
  });

  it("[AC26] takes an answer once, in the browser and the time it was asked in, and spends a challenge on a wrong one", async () => {
    const authenticator = makeAuthenticator(ORIGIN);
    await add(await signedIn(), authenticator);
    const post = async (browser: Browser, response: unknown) =>
      (await browser.ask("POST", "/sign-in/passkey", { response })).json?.["code"];
    const { response, browser } = await show(authenticator);
    expect(await post(browser, response)).toBe("wrong_passkey");
    const [mine, other, late, tried] = [open(), open(), open(), open()];
    const answer = authenticator.get(await challenge(mine));
    await challenge(other);
    expect(await post(other, answer)).toBe("wrong_passkey");
    expect(await post(open(), answer)).toBe("wrong_passkey");
    expect(await post(mine, answer)).toBeUndefined();
    const stale = authenticator.get(await challenge(late));
    served.clock.advance(300_000);
    expect(await post(late, stale)).toBe("wrong_passkey");
    const right = authenticator.get(await challenge(tried));
    expect(await post(tried, { id: "unknown" })).toBe("wrong_passkey");
    expect(await post(tried, right)).toBe("wrong_passkey");
    const many = open();
    const once = authenticator.get(await challenge(many));
    const cookie = many.cookies.get("whereabouts_passkey");
    const all = Array.from({ length: 5 }, () => {
      const copy = open();
      if (cookie) copy.cookies.set("whereabouts_passkey", cookie);
      return post(copy, once);
    });
    expect((await Promise.all(all)).filter((code) => code === undefined)).toHaveLength(1);
  });

  it("[AC26] refuses what is no answer at all", async () => {
    const authenticator = makeAuthenticator(ORIGIN);
    await add(await signedIn(), authenticator);
    const { id } = authenticator;
    const shell = { id, rawId: id, type: "public-key" };
    for (const [i, response] of [
      undefined,
      null,
      "x",
      { id: 7 },
      shell,
      { ...shell, response: null },
      { ...shell, response: { clientDataJSON: "e30", authenticatorData: "", signature: "", userHandle: [] } },
      { ...shell, response: { clientDataJSON: 7 } },
    ].entries()) {
      const browser = open(`192.0.2.${i}`);
      await challenge(browser);
      const { status, json } = await browser.ask("POST", "/sign-in/passkey", { response });
      expect([status, json?.["code"]], JSON.stringify(response)).toEqual([401, "wrong_passkey"]);
    }
    const huge = await open().ask("POST", "/sign-in/passkey", { response: { id: "a".repeat(20_000) } });
    expect(huge.status).toBe(413);
  });

  it("[AC26] is limited by address and not by account; a removed member's passkey opens nothing", async () => {
    const authenticator = makeAuthenticator(ORIGIN);
    await add(await signedIn(), authenticator);
    for (let i = 0; i < 10; i++) expect((await show(authenticator, { challenge: "AAAA" })).status).toBe(401);
    expect((await open().ask("POST", "/sign-in/passkey/options", {})).status).toBe(429);
    expect((await show(authenticator, {}, open("192.0.2.7"))).status).toBe(200);
    served.memberRecords.splice(0);
    expect((await show(authenticator, {}, open("192.0.2.8"))).code).toBe("wrong_passkey");
    const foreign = await served.server.inject({
      method: "POST",
      url: "/sign-in/passkey/options",
      headers: { "sec-fetch-site": "cross-site" },
      payload: {},
    });
    expect(foreign.json()).toMatchObject({ code: "cross_site" });
  });

  it("[AC25] is made for the server's own name, whatever the request calls it", async () => {
    const evil = await served.server.inject({
      method: "POST",
      url: "/sign-in/passkey/options",
      headers: { host: "evil.example", "x-forwarded-host": "evil.example" },
      payload: {},
    });
    expect(evil.json()).toMatchObject({ rpId: "map.example.org" });
    const numbered = await servePages(folder, { publicUrl: "https://192.0.2.1" });
    const none = await numbered.server.inject({
      method: "POST",
      url: "/sign-in/passkey/options",
      payload: {},
    });
    expect(none.json()).toMatchObject({ code: "forbidden" });
  });
});
