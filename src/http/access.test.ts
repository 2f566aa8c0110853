import { describe, expect, it } from "vitest";
import { createAccess } from "./access.ts";
import { SESSION_COOKIE } from "./cookie.ts";
import { hashSecret } from "./secrets.ts";
import { makeFakes, type Fakes } from "./testing/fakes.ts";

const DAY = 86_400_000;

const token = (fakes: Fakes, secret: string, expiresAt?: number): void => {
  fakes.tokenRecords.push({
    id: `id-${secret}`,
    workspace: "main",
    name: secret,
    scopes: ["view"],
    register: false,
    hash: hashSecret(secret),
    createdAt: 0,
    ...(expiresAt !== undefined && { expiresAt }),
  });
};

const session = (fakes: Fakes, cookie: string, expiresAt: number): string => {
  const scopes = ["admin"] as const;
  fakes.sessionRecords.push({ hash: hashSecret(cookie), workspace: "main", scopes, createdAt: 0, expiresAt });
  return `theme=dark; ${SESSION_COOKIE}=${cookie}`;
};

describe("createAccess", () => {
  it("knows nobody without credentials, and refuses wrong ones", async () => {
    const access = createAccess(makeFakes());
    expect(await access.identify({})).toBeUndefined();
    expect(await access.identify({ cookie: "theme=dark" })).toBeUndefined();
    for (const wrong of [
      { authorization: "Bearer x" },
      { token: "x" },
      { authorization: "Digest x" },
      { token: "" },
    ]) {
      await expect(access.identify(wrong)).rejects.toMatchObject({ code: "invalid_token" });
    }
  });

  it("takes the administrator's token of the settings, and only when there is one", async () => {
    const access = createAccess({ ...makeFakes(), adminToken: "root" });
    expect(await access.identify({ authorization: "Bearer root" })).toMatchObject({
      scopes: ["admin"],
      workspace: "main",
    });
    const none = createAccess({ ...makeFakes(), adminToken: "" });
    await expect(none.identify({ token: "" })).rejects.toMatchObject({ code: "invalid_token" });
  });

  it("remembers a token, but asks the store again after 10 seconds", async () => {
    const fakes = makeFakes();
    token(fakes, "a");
    const access = createAccess(fakes);
    expect(await access.identify({ token: "a" })).toMatchObject({ id: "id-a", via: "token" });
    fakes.tokenRecords.length = 0;
    expect(await access.identify({ token: "a" })).toMatchObject({ id: "id-a" });
    fakes.clock.advance(10_000);
    await expect(access.identify({ token: "a" })).rejects.toMatchObject({ code: "invalid_token" });
  });

  it("lets a token end at its expiry, to the millisecond, and tells the watchers", async () => {
    const fakes = makeFakes();
    token(fakes, "a", fakes.clock.now() + 40 * DAY);
    const access = createAccess(fakes);
    const principal = (await access.identify({ token: "a" }))!;
    let ended = 0;
    access.watch(principal, () => (ended += 1));
    fakes.clock.advance(40 * DAY - 1);
    expect(ended).toBe(0);
    expect(await access.identify({ token: "a" })).toBeDefined();
    fakes.clock.advance(1);
    expect(ended).toBe(1);
    await expect(access.identify({ token: "a" })).rejects.toMatchObject({ code: "invalid_token" });
  });

  it("ends a revoked token at once, with its watchers and the sessions it opened", async () => {
    const fakes = makeFakes();
    token(fakes, "a");
    const cookie = session(fakes, `random.${hashSecret("a")}`, fakes.clock.now() + DAY);
    const access = createAccess(fakes);
    const byToken = (await access.identify({ token: "a" }))!;
    const bySession = (await access.identify({ cookie }))!;
    expect(bySession).toMatchObject({ via: "session", scopes: ["admin"] });
    const ended: string[] = [];
    access.watch(byToken, () => ended.push("token"));
    access.watch(bySession, () => ended.push("session"));
    const stop = access.watch(bySession, () => ended.push("stopped"));
    stop();
    fakes.tokenRecords.length = 0;
    access.forgetToken("id-a");
    expect(ended.toSorted()).toEqual(["session", "token"]);
    expect(await access.identify({ cookie })).toBeUndefined();
    await expect(access.identify({ token: "a" })).rejects.toMatchObject({ code: "invalid_token" });
  });

  it("ends a session at its expiry and at sign-out", async () => {
    const fakes = makeFakes();
    const cookie = session(fakes, "one", fakes.clock.now() + 5000);
    const other = session(fakes, "two", fakes.clock.now() + 5000);
    const access = createAccess(fakes);
    expect(await access.identify({ cookie })).toBeDefined();
    const two = (await access.identify({ cookie: other }))!;
    let ended = 0;
    access.watch(two, () => (ended += 1));
    fakes.sessionRecords.length = 1;
    access.forgetSession("two");
    expect(ended).toBe(1);
    expect(await access.identify({ cookie: other })).toBeUndefined();
    fakes.clock.advance(5000);
    expect(await access.identify({ cookie })).toBeUndefined();
  });

  it("tells watchers of a session whose token is revoked, also when it has long been forgotten", async () => {
    const fakes = makeFakes();
    token(fakes, "a");
    const cookie = session(fakes, `random.${hashSecret("a")}`, fakes.clock.now() + DAY);
    const access = createAccess(fakes);
    const principal = (await access.identify({ cookie }))!;
    let ended = 0;
    access.watch(principal, () => (ended += 1));
    fakes.clock.advance(20_000);
    const other = session(fakes, "other", fakes.clock.now() + DAY);
    await access.identify({ cookie: other });
    access.forgetToken("id-other");
    expect(ended).toBe(0);
    access.forgetToken("id-a");
    expect(ended).toBe(1);
    access.forgetToken("id-a");
    expect(ended).toBe(1);
  });

  it("remembers the 10,000 who came last, and nobody else", async () => {
    let asked = 0;
    const access = createAccess({
      ...makeFakes(),
      tokens: {
        byHash: async (hash) => {
          asked += 1;
          return {
            id: hash,
            workspace: "main",
            name: "",
            scopes: ["view"],
            register: false,
            hash,
            createdAt: 0,
          };
        },
      },
    });
    for (let i = 0; i < 10_001; i++) await access.identify({ token: `t${i}` });
    expect(asked).toBe(10_001);
    await access.identify({ token: "t10000" });
    await access.identify({ token: "t1" });
    expect(asked).toBe(10_001);
    await access.identify({ token: "t0" });
    expect(asked).toBe(10_002);
  });
});
