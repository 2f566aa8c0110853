import { Secret, TOTP } from "otpauth";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { signInPageOf } from "./page-assets.ts";
import { type Browser, browse } from "./testing/browser.ts";
import { addPerson, PASSWORD } from "./testing/person.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";

const { folder, remove } = makePageFolder();
afterAll(remove);

let served: ServedPages;
beforeEach(async () => {
  served = await servePages(folder, { trustProxy: true, signInPage: signInPageOf(folder) });
  await addPerson(served, "kim");
});

const STEP = 30_000;
const right = { email: "kim@example.org", password: PASSWORD };

/** The code that an app shows now, or so many steps from now. */
const codeOf = (secret: string, steps = 0): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: served.clock.now() + steps * STEP });

const notThis = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

const open = (address?: string): Browser => browse(served.server, address);

const signIn = async (address?: string): Promise<Browser> => {
  const browser = open(address);
  expect((await browser.post("/sign-in", right)).location).toBe("/");
  return browser;
};

const isIn = async (browser: Browser): Promise<boolean> =>
  (await browser.ask("GET", "/api/session")).status === 200;

/** Turns the authenticator on; answers its secret and the recovery codes, as the pages show them. */
const enrol = async (browser: Browser): Promise<{ secret: string; codes: readonly string[] }> => {
  const offered = await browser.post("/account/totp", { current: PASSWORD });
  expect(offered.status).toBe(200);
  const secret = (/<code>((?:[A-Z2-7]{4} ?){8})<\/code>/.exec(offered.text)?.[1] ?? "").replaceAll(" ", "");
  const key = /name="key" value="([^"]+)"/.exec(offered.text)?.[1] ?? "";
  const done = await browser.post("/account/totp/confirm", { key, code: codeOf(secret) });
  const codes = done.text.match(/\b[0-9a-z]{4}(?:-[0-9a-z]{4}){3}\b/g) ?? [];
  expect(codes).toHaveLength(10);
  served.clock.advance(STEP);
  return { secret, codes };
};

describe("turning an authenticator on", () => {
  it("[AC20] needs the password and a code of the secret, which is shown once, and ends the other sessions", async () => {
    const [browser, other] = [await signIn(), await signIn()];
    const refused = await browser.post("/account/totp", { current: "wrong wrong wrong" });
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.text).toContain("Current is not the present password");
    const offered = await browser.post("/account/totp", { current: PASSWORD });
    expect(offered.text).toMatch(/href="otpauth:\/\/totp\/[^"]+secret=[A-Z2-7]{32}/);
    expect(offered.headers["cache-control"]).toBe("no-store");
    const key = /name="key" value="([^"]+)"/.exec(offered.text)?.[1] ?? "";
    const secret = /secret=([A-Z2-7]{32})/.exec(offered.text)?.[1] ?? "";
    const wrong = await browser.post("/account/totp/confirm", { key, code: notThis(codeOf(secret)) });
    expect(wrong.status).toBe(400);
    expect(wrong.text).not.toContain(secret);
    expect((await browser.ask("GET", "/api/account/totp")).json).toEqual({
      on: false,
      since: null,
      codesLeft: 0,
    });
    expect((await browser.post("/account/totp/confirm", { key, code: codeOf(secret) })).status).toBe(200);
    expect((await browser.ask("GET", "/api/account/totp")).json).toMatchObject({ on: true, codesLeft: 10 });
    expect(await isIn(browser)).toBe(true);
    expect(await isIn(other)).toBe(false);
    expect((await browser.post("/account/totp/confirm", { key, code: codeOf(secret) })).status).toBe(410);
    expect((await browser.post("/account/totp", { current: PASSWORD })).status).toBe(400);
    for (const url of ["/account", "/account/totp"])
      expect((await browser.get(url)).text).not.toContain(secret);
    expect(JSON.stringify(served.auditRecords)).not.toContain(secret);
    expect(served.auditRecords).toMatchObject([
      { action: "authenticator.create", by: "kim", of: "kim", workspace: "main", address: "192.0.2.1" },
    ]);
  });

  it("[AC20] is confirmed by the person who began it, within a quarter of an hour", async () => {
    await addPerson(served, "ann");
    const [kim, ann] = [await signIn(), open()];
    await ann.post("/sign-in", { email: "ann@example.org", password: PASSWORD });
    const offered = await kim.post("/account/totp", { current: PASSWORD });
    const key = /name="key" value="([^"]+)"/.exec(offered.text)?.[1] ?? "";
    const secret = /secret=([A-Z2-7]{32})/.exec(offered.text)?.[1] ?? "";
    expect((await ann.post("/account/totp/confirm", { key, code: codeOf(secret) })).status).toBe(410);
    served.clock.advance(900_000);
    expect((await kim.post("/account/totp/confirm", { key, code: codeOf(secret) })).status).toBe(410);
  });

  it("[AC20] is nothing for a token, nor for who has no password", async () => {
    expect((await served.post("/account/totp", { current: "x" })).status).toBe(403);
    await addPerson(served, "ann", { password: false });
    const ann = open();
    await served.sessions.open({
      hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      workspace: "main",
      scopes: [],
      person: "ann",
      createdAt: served.clock.now(),
      expiresAt: Infinity,
    });
    ann.cookies.set("whereabouts_session", { value: "abc", path: "/" });
    expect((await ann.get("/account/totp")).text).toContain("you have none");
    expect((await ann.post("/account/totp", { current: "" })).text).toContain("Codes follow a password");
  });
});

describe("signing in with a code", () => {
  it("[AC22] opens nothing until both are right, and goes where the reader wanted", async () => {
    const { secret } = await enrol(await signIn());
    const browser = open();
    const half = await browser.post("/sign-in?to=%2Fdevices", right);
    expect(half).toMatchObject({ status: 303, location: "/sign-in/code" });
    expect([...browser.cookies.keys()]).toEqual(["whereabouts_code"]);
    expect(String(half.headers["set-cookie"])).toMatch(/Path=\/sign-in; HttpOnly; SameSite=Lax; Max-Age=300/);
    expect(await isIn(browser)).toBe(false);
    expect((await browser.get("/sign-in/code")).text).toContain("One more step");
    const wrong = await browser.post("/sign-in/code", { code: notThis(codeOf(secret)) });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain("Code is wrong");
    expect(await isIn(browser)).toBe(false);
    // An app shows it in two groups.
    const code = codeOf(secret).replace(/(?<=^...)/, " ");
    expect((await browser.post("/sign-in/code", { code })).location).toBe("/devices");
    expect(await isIn(browser)).toBe(true);
    expect(browser.cookies.has("whereabouts_code")).toBe(false);
  });

  it("[AC20] takes no code twice, in no browser, nor one from before it", async () => {
    const { secret } = await enrol(await signIn());
    const code = codeOf(secret);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => open().ask("POST", "/sign-in", { ...right, code })),
    );
    expect(tries.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401, 401]);
    const again = async (steps: number) =>
      (await open().ask("POST", "/sign-in", { ...right, code: codeOf(secret, steps) })).json?.["code"];
    expect(await again(-1)).toBe("wrong_code");
    expect(await again(0)).toBe("wrong_code");
    expect(await again(2)).toBe("wrong_code");
    expect(await again(1)).toBeUndefined();
  });

  it("[AC22] tells programs what is missing, and takes all of it at once", async () => {
    const { secret } = await enrol(await signIn());
    const browser = open();
    expect((await browser.ask("POST", "/sign-in", right)).json).toMatchObject({
      code: "code_needed",
      status: 401,
    });
    const wrong = { ...right, password: "wrong wrong wrong", code: codeOf(secret) };
    expect((await browser.ask("POST", "/sign-in", wrong)).json).toMatchObject({ code: "wrong_password" });
    expect((await browser.ask("POST", "/sign-in/code", { code: codeOf(secret) })).json).toMatchObject({
      workspace: "main",
    });
    for (const code of [["1"], {}, 7, null, "1".repeat(10_000)]) {
      expect((await open().ask("POST", "/sign-in", { ...right, code })).status, typeof code).toBe(401);
    }
  });

  it("[AC22] begins anew after five minutes, in another browser, and after another password", async () => {
    const { secret } = await enrol(await signIn());
    const [late, stranger, changed] = [open(), open(), open()];
    await late.post("/sign-in", right);
    expect((await stranger.get("/sign-in/code")).location).toBe("/sign-in");
    expect((await stranger.post("/sign-in/code", { code: codeOf(secret) })).status).toBe(410);
    served.clock.advance(300_000);
    expect((await late.post("/sign-in/code", { code: codeOf(secret) })).status).toBe(410);
    await changed.post("/sign-in", right);
    await served.members.update({ id: "kim", name: "Kim", password: "another hash" });
    expect((await changed.post("/sign-in/code", { code: codeOf(secret) })).status).toBe(410);
    expect(await isIn(changed)).toBe(false);
  });

  it("[AC22] opens one session, whatever comes at once", async () => {
    const { secret, codes } = await enrol(await signIn());
    const browser = open();
    await browser.post("/sign-in", right);
    const cookie = browser.cookies.get("whereabouts_code");
    const answers = await Promise.all(
      [codeOf(secret), codes[0], codes[1]].map((code) => {
        const copy = open();
        copy.cookies.set("whereabouts_code", cookie!);
        return copy.ask("POST", "/sign-in/code", { code });
      }),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410]);
  });

  it("[AC22] is not taken from other sites", async () => {
    const { secret } = await enrol(await signIn());
    const browser = open();
    await browser.post("/sign-in", right);
    const cookie = `whereabouts_code=${browser.cookies.get("whereabouts_code")?.value}`;
    const answer = await served.server.inject({
      method: "POST",
      url: "/sign-in/code",
      headers: { cookie, "sec-fetch-site": "cross-site" },
      payload: { code: codeOf(secret) },
    });
    expect(answer.json()).toMatchObject({ code: "cross_site" });
  });

  it("[AC22] counts wrong codes like wrong passwords: a right password gives no new tries", async () => {
    const { secret } = await enrol(await signIn());
    const guess = async (i: number) => {
      const browser = open(`192.0.2.${i}`);
      expect((await browser.ask("POST", "/sign-in", right)).json?.["code"]).toBe("code_needed");
      return (await browser.ask("POST", "/sign-in/code", { code: notThis(codeOf(secret)) })).json?.["code"];
    };
    for (let i = 0; i < 10; i++) expect(await guess(i)).toBe("wrong_code");
    const locked = await open("192.0.2.99").ask("POST", "/sign-in", { ...right, code: codeOf(secret) });
    expect(locked.json).toMatchObject({ code: "too_many_requests" });
    served.clock.advance(60_000);
    const { json } = await open().ask("POST", "/sign-in", { ...right, code: codeOf(secret) });
    expect(json).toMatchObject({ workspace: "main" });
  });

  it("[AC22] counts many at once as many, and thirty wrong ones lock codes for an hour", async () => {
    const { secret, codes } = await enrol(await signIn());
    const browser = open();
    await browser.post("/sign-in", right);
    const wrong = { code: notThis(codeOf(secret)) };
    const many = await Promise.all(
      Array.from({ length: 20 }, () => browser.ask("POST", "/sign-in/code", wrong)),
    );
    expect(many.filter(({ json }) => json?.["code"] === "wrong_code")).toHaveLength(10);
    const guess = async (i: number) => {
      const other = open(`192.0.2.${i}`);
      for (const [name, cookie] of browser.cookies) other.cookies.set(name, cookie);
      return (await other.ask("POST", "/sign-in/code", wrong)).json?.["code"];
    };
    for (let round = 0; round < 2; round++) {
      served.clock.advance(60_000);
      for (let i = 0; i < 10; i++) expect(await guess(round * 10 + i)).toBe("wrong_code");
    }
    served.clock.advance(60_000);
    expect(await guess(77)).toBe("too_many_requests");
    expect(
      (await open("192.0.2.88").ask("POST", "/sign-in", { ...right, code: codes[0] })).json?.["code"],
    ).toBe("too_many_requests");
    served.clock.advance(3_600_000);
    const later = await open("192.0.2.88").ask("POST", "/sign-in", { ...right, code: codeOf(secret) });
    expect(later.json).toMatchObject({ workspace: "main" });
  });
});

describe("who has lost the authenticator", () => {
  it("[AC21] gets in with each recovery code once, until there are others", async () => {
    const browser = await signIn();
    const { secret, codes } = await enrol(browser);
    const enter = async (code: string | undefined) =>
      (await open().ask("POST", "/sign-in", { ...right, code })).json?.["code"];
    expect(await enter(codes[0]?.toUpperCase())).toBeUndefined();
    expect(await enter(codes[0])).toBe("wrong_code");
    expect(await enter("aaaa-aaaa-aaaa-aaaa")).toBe("wrong_code");
    expect((await browser.ask("GET", "/api/account/totp")).json).toMatchObject({ codesLeft: 9 });
    expect(served.auditRecords.at(-1)).toMatchObject({ action: "recovery-code.use", by: "kim" });
    expect(JSON.stringify(served.auditRecords)).not.toContain(codes[0]);
    const bare = await browser.post("/account/totp/codes", { current: PASSWORD });
    expect(bare.status).toBe(400);
    const renewed = await browser.post("/account/totp/codes", { current: PASSWORD, code: codeOf(secret) });
    const [other] = renewed.text.match(/\b[0-9a-z]{4}(?:-[0-9a-z]{4}){3}\b/g) ?? [];
    expect(await enter(codes[1])).toBe("wrong_code");
    expect(await enter(other)).toBeUndefined();
  });

  it("[AC23] turns it off with the password and a code, or a recovery code, and with nothing less", async () => {
    const browser = await signIn();
    const { secret, codes } = await enrol(browser);
    const off = (current: string, code: string) => browser.post("/account/totp/off", { current, code });
    expect((await off("wrong wrong wrong", codeOf(secret))).status).toBe(400);
    expect((await off(PASSWORD, notThis(codeOf(secret)))).status).toBe(400);
    expect((await off(PASSWORD, "")).status).toBe(400);
    expect((await off(PASSWORD, codes[3] ?? "")).location).toMatch(/^\/account\?said=/);
    expect(served.auditRecords.at(-1)).toMatchObject({ action: "authenticator.delete" });
    expect((await off(PASSWORD, codeOf(secret))).status).toBe(404);
    await signIn();
  });

  it("[AC23] keeps it over another password by mail", async () => {
    await enrol(await signIn());
    const { body } = await served.server.inject({
      method: "POST",
      url: "/api/members/kim/password-reset",
      headers: { authorization: "Bearer admin" },
    });
    const { link } = JSON.parse(body) as { link: string };
    await open().post(link, { password: "quite another one" });
    const { json } = await open().ask("POST", "/sign-in", { ...right, password: "quite another one" });
    expect(json).toMatchObject({ code: "code_needed" });
  });

  it("[AC23] has it turned off by an administrator, who may not for who is in other workspaces too", async () => {
    await enrol(await signIn());
    const off = async (token = "admin") => {
      const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
      return await served.server.inject({ method: "POST", url: "/api/members/kim/totp-off", headers });
    };
    expect((await off("manage")).statusCode).toBe(403);
    served.memberRecords.push({ workspace: "north", person: "kim", role: "viewer", since: 0 });
    expect((await off()).json()).toMatchObject({ code: "forbidden" });
    expect((await open().ask("POST", "/sign-in", right)).json).toMatchObject({ code: "code_needed" });
    served.memberRecords.pop();
    expect((await off()).statusCode).toBe(204);
    expect(served.auditRecords.at(-1)).toMatchObject({
      action: "member.totp-off",
      of: "kim",
      by: "token_admin",
    });
    expect((await off()).json()).toMatchObject({ code: "not_found" });
    await signIn();
  });
});
