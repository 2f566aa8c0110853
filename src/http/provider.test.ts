import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signInPageOf } from "./page-assets.ts";
import { CALLBACK, Provider } from "./provider.ts";
import { redactUrl } from "./redact.ts";
import { hashSecret } from "./secrets.ts";
import { type Answer, type Browser, browse } from "./testing/browser.ts";
import { FakeClock } from "./testing/fakes.ts";
import { type ProviderAnswer, startProvider, type TestProvider } from "./testing/oidc-provider.ts";
import { addPerson, PASSWORD } from "./testing/person.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";

const ORIGIN = "https://map.example.org";
const { folder, remove } = makePageFolder();
const KIM = { sub: "42", email: "Kim@example.org", email_verified: true, name: "Kim of the Provider" };

let there: TestProvider;
let served: ServedPages;
let clock: FakeClock;

beforeAll(async () => {
  there = await startProvider(ORIGIN + CALLBACK);
});
afterAll(async () => {
  await there.close();
  remove();
});

const serveWith = async (settings: object = {}, options: object = {}): Promise<ServedPages> => {
  const { issuer, clientId, clientSecret } = there;
  const provider = new Provider({ issuer, clientId, clientSecret, name: "<Id>", ...settings }, ORIGIN, clock);
  const signInPage = signInPageOf(folder);
  return await servePages(folder, {
    provider,
    publicUrl: ORIGIN,
    signInPage,
    trustProxy: true,
    clock,
    ...options,
  });
};

beforeEach(async () => {
  clock = new FakeClock(Date.now());
  there.who = KIM;
  served = await serveWith();
});
afterEach(() => {
  there.meddle = undefined;
});

const open = (): Browser => browse(served.server);

/** Sends a browser to the provider; answers what it comes back with. */
const go = async (browser: Browser, to = ""): Promise<string> => {
  const { status, location } = await browser.get(`/sign-in/provider${to}`);
  expect(status).toBe(303);
  return await there.visit(location);
};

const signIn = async (browser = open(), to = ""): Promise<Answer> => browser.get(await go(browser, to));

const who = async (browser: Browser): Promise<unknown> =>
  (await browser.ask("GET", "/api/session")).json?.["person"];

const invite = async (email: string, role = "operator"): Promise<void> => {
  const { statusCode } = await served.server.inject({
    method: "POST",
    url: "/api/invitations",
    headers: { authorization: "Bearer admin" },
    payload: { email, role, groups: ["north"] },
  });
  expect(statusCode).toBe(201);
};

/** A browser with a session, without the cost of a password. */
const signedIn = async (person: string): Promise<Browser> => {
  const browser = open();
  const value = `session of ${person} ${served.sessionRecords.length}`;
  const [createdAt, expiresAt] = [clock.now(), clock.now() + 86_400_000];
  const session = { hash: hashSecret(value), workspace: "main", scopes: [], person, createdAt, expiresAt };
  await served.sessions.open(session);
  browser.cookies.set("whereabouts_session", { value, path: "/" });
  return browser;
};

describe("signing in at the provider", () => {
  it("[AC27] makes who is invited a member, once, and signs them in from then on", async () => {
    await invite("kim@example.org");
    const browser = open();
    const sent = await browser.get("/sign-in/provider");
    const url = new URL(sent.location);
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(url.searchParams.get("redirect_uri")).toBe(ORIGIN + CALLBACK);
    expect(String(sent.headers["set-cookie"])).toMatch(
      /^whereabouts_provider=[\w-]{43}; Path=\/sign-in\/provider; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    );
    expect((await browser.get(await there.visit(sent.location))).location).toBe("/");
    const id = await who(browser);
    expect(served.people).toMatchObject([{ id, email: "kim@example.org", name: "Kim of the Provider" }]);
    expect(served.memberRecords).toMatchObject([{ person: id, role: "operator", groups: ["north"] }]);
    expect(served.invitationRecords).toEqual([]);
    expect(served.auditRecords.at(-1)).toMatchObject({ action: "member.create", of: id, by: id });
    // The address is another one by now; the account is the same.
    there.who = { ...KIM, email: "kim@elsewhere.example", email_verified: false };
    const again = open();
    expect((await signIn(again, "?to=%2Fdevices")).location).toBe("/devices");
    expect(await who(again)).toBe(id);
    expect(served.people).toHaveLength(1);
  });

  it("[AC27] links who is a member already, and asks for no code", async () => {
    await addPerson(served, "kim");
    await served.factors.turnOn({ person: "kim", secret: "GEZDGNBV", createdAt: 0 }, 0, []);
    const browser = open();
    expect((await signIn(browser)).location).toBe("/");
    expect(await who(browser)).toBe("kim");
    expect(served.identityRecords).toMatchObject([
      { subject: "42", person: "kim", email: "kim@example.org" },
    ]);
    expect(served.auditRecords.at(-1)).toMatchObject({ action: "provider-link.create", of: "kim" });
    expect(JSON.stringify(served.auditRecords)).not.toMatch(/secret of whereabouts|eyJ/);
    // Somebody else got the address at the provider.
    there.who = { ...KIM, sub: "43" };
    const stranger = open();
    const refused = await signIn(stranger);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("signs in here with another account");
    expect(await who(stranger)).toBeUndefined();
  });

  it.each<[string, object]>([
    ["is not invited", { ...KIM, email: "ann@example.org" }],
    ["has an address that is not verified", { ...KIM, email_verified: false }],
    ["has an address of which nothing is said", { sub: "42", email: "kim@example.org" }],
    ["has an address that is said to be verified in words", { ...KIM, email_verified: "true" }],
    ["has no address", { sub: "42" }],
    ["has an address that is none", { ...KIM, email: "kim@example.org, ann@example.org" }],
  ])("[AC27] lets nobody in who %s", async (_, account) => {
    await invite("kim@example.org");
    await addPerson(served, "own", { role: "owner" });
    there.who = account as typeof KIM;
    const browser = open();
    const answer = await signIn(browser);
    expect([400, 403]).toContain(answer.status);
    expect(answer.text).toContain('role="alert"');
    expect([...browser.cookies.keys()]).toEqual([]);
    expect(served.people).toHaveLength(1);
    expect(served.identityRecords).toEqual([]);
    expect(served.invitationRecords).toHaveLength(1);
  });

  it("[AC27] lets nobody in who was a member", async () => {
    await addPerson(served, "kim");
    await signIn();
    served.memberRecords.splice(0);
    expect((await signIn()).status).toBe(403);
  });
});

describe("what a browser brings back", () => {
  const code = async (browser: Browser, path: string) => {
    const { status, json } = await browser.ask("GET", path);
    return status === 303 ? "in" : json?.["code"];
  };

  beforeEach(async () => {
    await addPerson(served, "kim");
  });

  it("[AC28] is taken once, by the browser that was sent, in time", async () => {
    const [browser, other, late] = [open(), open(), open()];
    const path = await go(browser);
    await other.get("/sign-in/provider");
    expect(await code(open(), path)).toBe("provider_refused");
    expect(await code(other, path)).toBe("provider_refused");
    expect(await who(other)).toBeUndefined();
    const cookie = browser.cookies.get("whereabouts_provider");
    expect(await code(browser, path)).toBe("in");
    expect(browser.cookies.has("whereabouts_provider")).toBe(false);
    const replay = open();
    replay.cookies.set("whereabouts_provider", cookie!);
    expect(await code(replay, path)).toBe("provider_refused");
    const stale = await go(late);
    clock.advance(600_000);
    expect(await code(late, stale)).toBe("provider_refused");
  });

  it.each<[string, (own: URL, other: URL) => void]>([
    [
      "the state of another",
      (own, other) => own.searchParams.set("state", other.searchParams.get("state") ?? ""),
    ],
    ["no state", (own) => own.searchParams.delete("state")],
    ["the word of another issuer", (own) => own.searchParams.set("iss", "https://evil.example")],
    ["no word of whose it is", (own) => own.searchParams.delete("iss")],
    [
      "the code of another",
      (own, other) => own.searchParams.set("code", other.searchParams.get("code") ?? ""),
    ],
    ["a code that was made up", (own) => own.searchParams.set("code", "made-up")],
    ["two codes", (own) => own.searchParams.append("code", "made-up")],
    ["nothing", (own) => (own.search = "")],
  ])("[AC28] does not hold with %s", async (_, change) => {
    const [browser, other] = [open(), open()];
    const [own, foreign] = [new URL(await go(browser), ORIGIN), new URL(await go(other), ORIGIN)];
    const right = own.pathname + own.search;
    const cookie = browser.cookies.get("whereabouts_provider");
    change(own, foreign);
    expect(await code(browser, own.pathname + own.search)).toBe("provider_refused");
    // The question is spent, so the right answer comes too late.
    browser.cookies.set("whereabouts_provider", cookie!);
    expect(await code(browser, right)).toBe("provider_refused");
    expect(await who(browser)).toBeUndefined();
  });

  it("[AC28] says no when the provider says no, and repeats none of its words", async () => {
    const browser = open();
    const { location } = await browser.get("/sign-in/provider");
    const state = new URL(location).searchParams.get("state");
    const issuer = encodeURIComponent(there.issuer.origin);
    const path = `${CALLBACK}?error=access_denied&error_description=%3Cb%3Ecall%20us%3C%2Fb%3E&state=${state}&iss=${issuer}`;
    const answer = await browser.get(path);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("access_denied");
    expect(answer.text).not.toContain("call us");
  });

  const part = (token: string, at: number, change: (claims: Record<string, unknown>) => void): string => {
    const parts = token.split(".");
    const claims = JSON.parse(Buffer.from(parts[at] ?? "", "base64url").toString()) as Record<
      string,
      unknown
    >;
    change(claims);
    parts[at] = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return parts.join(".");
  };
  const withToken =
    (change: (token: string) => string) =>
    (answer: ProviderAnswer): void => {
      const body = answer.body as { id_token?: string } | undefined;
      if (answer.path === "/token" && body?.id_token) body.id_token = change(body.id_token);
    };
  it.each<[string, (answer: ProviderAnswer) => void]>([
    ["a subject that was changed", withToken((token) => part(token, 1, (claims) => (claims["sub"] = "1")))],
    ["another nonce", withToken((token) => part(token, 1, (claims) => (claims["nonce"] = "x")))],
    ["another audience", withToken((token) => part(token, 1, (claims) => (claims["aud"] = "x")))],
    [
      "no signature",
      withToken(
        (token) =>
          `${part(token, 0, (head) => (head["alg"] = "none"))
            .split(".", 2)
            .join(".")}.`,
      ),
    ],
    ["a signature of nothing", withToken((token) => `${token.split(".", 2).join(".")}.AAAA`)],
    [
      "the word of another person",
      (answer) => {
        if (answer.path === "/me") answer.body = { ...(answer.body as object), sub: "1" };
      },
    ],
  ])("[AC28] is refused with %s", async (_, meddle) => {
    const browser = open();
    const path = await go(browser);
    there.meddle = meddle;
    expect(await code(browser, path)).toBe("provider_refused");
    expect(await who(browser)).toBeUndefined();
  });
});

describe("a provider that is down", () => {
  it.each<[string, (answer: ProviderAnswer) => void]>([
    ["fails", (answer) => (answer.status = 500)],
    [
      "says too much",
      (answer) => (answer.body = { ...(answer.body as object), padding: "x".repeat(300_000) }),
    ],
    ["says something else", (answer) => (answer.body = "<p>maintenance</p>")],
    [
      "sends the server elsewhere",
      (answer) => {
        if (answer.querystring === "") answer.redirect(`${answer.path}?again`);
      },
    ],
  ])("[AC29] that %s is told as such, for some seconds, and leaves the other ways in", async (_, meddle) => {
    there.meddle = meddle;
    const answer = await open().get("/sign-in/provider");
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('name="password"');
    expect(answer.text).toContain("does not answer as it should");
    expect((await open().ask("GET", "/sign-in/provider")).json).toMatchObject({ code: "provider_failed" });
    there.meddle = undefined;
    expect((await open().get("/sign-in/provider")).status).toBe(502);
    clock.advance(5000);
    expect((await open().get("/sign-in/provider")).status).toBe(303);
  });

  it("[AC29] does so too when it fails on the way back, or is not there at all", async () => {
    const browser = open();
    const path = await go(browser);
    there.meddle = (answer) => {
      if (answer.path === "/token") answer.status = 503;
    };
    expect((await browser.get(path)).status).toBe(502);
    const gone = await startProvider(ORIGIN + CALLBACK);
    await gone.close();
    served = await serveWith({ issuer: gone.issuer });
    expect((await open().get("/sign-in/provider")).status).toBe(502);
    expect((await open().get("/sign-in")).text).toContain("Sign in with &lt;Id&gt;");
  });

  it("[AC29] is written into the log once, without what anybody must not see", async () => {
    const lines: string[] = [];
    const logger = pino({ level: "debug" }, { write: (line) => void lines.push(line) });
    served = await serveWith({}, { logger });
    there.meddle = (answer) => (answer.status = 500);
    for (let i = 0; i < 3; i++) await open().get("/sign-in/provider");
    there.meddle = undefined;
    clock.advance(5000);
    const browser = open();
    const path = await go(browser);
    await open().get(path);
    await browser.get(path.replace("code=", "code=x"));
    const warnings = lines.filter((line) => line.includes("a sign-in at the provider failed"));
    expect(warnings.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual([
      "provider_failed",
      "provider_refused",
    ]);
    const { searchParams } = new URL(path, ORIGIN);
    for (const secret of [there.clientSecret, searchParams.get("code"), searchParams.get("state")]) {
      expect(lines.join("")).not.toContain(secret);
    }
  });

  it("[AC29] is nowhere on a server that names none", async () => {
    const without = await servePages(folder, { signInPage: signInPageOf(folder) });
    expect((await without.get("/sign-in")).text).not.toContain("/sign-in/provider");
    expect((await without.get("/account/provider")).status).toBe(404);
  });
});

describe("linking one's own account", () => {
  it("[AC30] needs the password, and the session that asked; it is unlinked, but never as the last way in", async () => {
    await addPerson(served, "kim");
    await addPerson(served, "ann");
    there.who = { ...KIM, email: "other@elsewhere.example" };
    const kim = await signedIn("kim");
    expect((await kim.get("/account")).text).toContain("Not linked");
    const wrong = await kim.post("/account/provider", { current: "wrong wrong wrong" });
    expect(wrong.text).toContain("Current is not the present password");
    const begin = async (browser: Browser) => {
      const { text } = await browser.post("/account/provider", { current: PASSWORD });
      const href = /href="(http:[^"]+)"/.exec(text)?.[1] ?? "";
      return await there.visit(href.replaceAll("&amp;", "&"));
    };
    const path = await begin(kim);
    // In a browser where somebody else is signed in, the way back links nothing.
    const ann = await signedIn("ann");
    ann.cookies.set("whereabouts_provider", kim.cookies.get("whereabouts_provider")!);
    expect((await ann.ask("GET", path)).json).toMatchObject({ code: "provider_refused" });
    expect(served.identityRecords).toEqual([]);
    expect((await kim.get(await begin(kim))).location).toBe("/account/provider");
    expect((await kim.ask("GET", "/api/account/provider")).json).toMatchObject({
      linked: true,
      email: "other@elsewhere.example",
    });
    expect((await ann.get(await begin(ann))).text).toContain("linked already");
    const browser = open();
    await signIn(browser);
    expect(await who(browser)).toBe("kim");
    expect((await kim.post("/account/provider/unlink")).location).toMatch(/^\/account\/provider\?said=/);
    expect((await kim.ask("DELETE", "/api/account/provider")).json).toMatchObject({ code: "not_found" });
    expect(served.auditRecords.map(({ action, by }) => `${by} ${action}`)).toEqual([
      "kim provider-link.create",
      "kim provider-link.delete",
    ]);
  });

  it("[AC30] keeps the last way in, and ends with the session", async () => {
    await addPerson(served, "kim", { password: false });
    await signIn();
    const kim = await signedIn("kim");
    expect((await kim.ask("DELETE", "/api/account/provider")).json).toMatchObject({ code: "last_way_in" });
    expect((await kim.post("/account/provider/unlink")).text).toContain("Nothing else lets you in");
    served.identityRecords.splice(0);
    const { text } = await kim.post("/account/provider");
    const path = await there.visit((/href="(http:[^"]+)"/.exec(text)?.[1] ?? "").replaceAll("&amp;", "&"));
    served.sessionRecords.splice(0);
    expect((await kim.ask("GET", path)).json).toMatchObject({ code: "provider_refused" });
    expect(served.identityRecords).toEqual([]);
  });

  it("[AC28] leaves neither code nor state in the log", () => {
    expect(redactUrl(`${CALLBACK}?code=abc&state=def&iss=x`)).not.toMatch(/abc|def/);
    expect(redactUrl("/join/abc")).not.toContain("abc");
    expect(redactUrl("/reset/abc?x=1")).not.toContain("abc");
  });
});
