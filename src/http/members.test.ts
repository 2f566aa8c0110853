import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceStatus } from "#wire";
import { bearer, serve, type Served } from "./testing/serve.ts";

const PASSWORD = "a long enough secret";

let served: Served;
beforeEach(() => {
  served = serve();
});

interface Asked {
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = async (
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  url: string,
  body?: unknown,
  who: Asked = { token: "admin" },
) => {
  const answer = await served.server.inject({
    method,
    url,
    headers: {
      ...(who.token !== undefined && bearer(who.token)),
      ...(who.cookie !== undefined && { cookie: who.cookie, "sec-fetch-site": "same-origin" }),
      accept: "application/json",
      ...who.headers,
    },
    ...(body !== undefined && { payload: body as object }),
  });
  const cookie = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
  return { status: answer.statusCode, body: answer.body === "" ? undefined : tryJson(answer.body), cookie };
};

const tryJson = (text: string): ReturnType<typeof JSON.parse> =>
  text.startsWith("{") ? JSON.parse(text) : text;

/** Invites somebody and takes the invitation; answers the cookie and the person. */
const join = async (email: string, role: string, groups?: readonly string[]) => {
  const invited = await ask("POST", "/api/invitations", { email, role, ...(groups && { groups }) });
  expect(invited.status).toBe(201);
  const { cookie } = await ask(
    "POST",
    invited.body.link,
    { name: `Name of ${email}`, password: PASSWORD },
    {},
  );
  const { body } = await ask("GET", "/api/account", undefined, { cookie });
  return { cookie, id: String(body.id) };
};

const device = (id: string, groups: readonly string[]): void => {
  const status: DeviceStatus = { workspace: "main", device: id, inside: [], groups };
  served.deviceMap.set(id, { createdAt: 0, name: `Name of ${id}`, status });
};

describe("invitations and members", () => {
  it("[AC4] an invitation makes a member, who is signed in and may what the role allows", async () => {
    const { cookie } = await join("Kim@Example.org", "manager");
    const session = await ask("GET", "/api/session", undefined, { cookie });
    expect(session.body).toMatchObject({
      scopes: ["manage"],
      groups: null,
      name: "kim@example.org",
      via: "session",
    });
    expect((await ask("GET", "/api/rules", undefined, { cookie })).status).toBe(200);
    expect((await ask("GET", "/api/members", undefined, { cookie })).body).toMatchObject({
      code: "forbidden",
    });
    const { members } = (await ask("GET", "/api/members")).body;
    expect(members).toMatchObject([{ email: "kim@example.org", role: "manager", groups: null }]);
  });

  it("[AC4] a link works once, for a week, until it is taken back, and never twice for one address", async () => {
    const first = await ask("POST", "/api/invitations", { email: "a@example.org", role: "viewer" });
    const second = await ask("POST", "/api/invitations", { email: "a@example.org", role: "owner" });
    expect((await ask("GET", first.body.link, undefined, {})).body).toMatchObject({
      code: "sign_in_link_used",
    });
    expect((await ask("POST", second.body.link, { name: "A", password: "short" }, {})).body).toMatchObject({
      code: "invalid_field",
    });
    expect((await ask("POST", second.body.link, { name: "A", password: PASSWORD }, {})).status).toBe(303);
    expect((await ask("POST", second.body.link, { name: "A", password: PASSWORD }, {})).status).toBe(410);
    const member = { email: "A@example.org", role: "viewer" };
    expect((await ask("POST", "/api/invitations", member)).body).toMatchObject({ code: "conflict" });
    const third = await ask("POST", "/api/invitations", { email: "b@example.org", role: "viewer" });
    expect((await ask("DELETE", `/api/invitations/${third.body.id}`)).status).toBe(204);
    expect((await ask("GET", third.body.link, undefined, {})).status).toBe(410);
    const fourth = await ask("POST", "/api/invitations", { email: "c@example.org", role: "viewer" });
    served.clock.advance(7 * 86_400_000);
    expect((await ask("GET", fourth.body.link, undefined, {})).status).toBe(410);
  });

  it.each([
    [{ email: "nobody", role: "viewer" }, "email"],
    [{ email: "a@b\u0007.c", role: "viewer" }, "email"],
    [{ email: "a@example.org" }, "role"],
    [{ email: "a@example.org", role: "god" }, "role"],
    [{ email: "a@example.org", role: "owner", groups: ["north"] }, "groups"],
    [{ email: "a@example.org", role: "viewer", groups: "north" }, "groups"],
  ])("[AC4] %j invites nobody", async (body, field) => {
    const refused = await ask("POST", "/api/invitations", body);
    expect(refused.body).toMatchObject({ code: "invalid_field", detail: expect.stringMatching(`^${field}`) });
  });

  it("[AC5] the last owner stays; who is removed or changed loses what was open at once", async () => {
    const owner = await join("own@example.org", "owner");
    const kim = await join("kim@example.org", "operator");
    expect((await ask("PATCH", `/api/members/${owner.id}`, { role: "viewer" })).body.code).toBe("last_owner");
    expect((await ask("DELETE", `/api/members/${owner.id}`)).body.code).toBe("last_owner");
    const ended: string[] = [];
    const principal = await served.access.identify({ cookie: kim.cookie });
    served.access.watch(principal!, () => ended.push("first"));
    const changed = await ask("PATCH", `/api/members/${kim.id}`, { groups: ["north"] });
    expect(changed.body).toMatchObject({ role: "operator", groups: ["north"] });
    expect(ended).toEqual(["first"]);
    const now = await served.access.identify({ cookie: kim.cookie });
    expect(now?.groups).toEqual(["north"]);
    served.access.watch(now!, () => ended.push("second"));
    expect((await ask("DELETE", `/api/members/${kim.id}`)).status).toBe(204);
    expect(ended).toEqual(["first", "second"]);
    expect((await ask("GET", "/api/session", undefined, { cookie: kim.cookie })).body.code).toBe(
      "unauthenticated",
    );
    expect((await ask("DELETE", `/api/members/${kim.id}`)).body.code).toBe("not_found");
  });
});

describe("signing in with a password", () => {
  const signIn = (email: string, password: string) => ask("POST", "/sign-in", { email, password }, {});

  it("[AC6] opens a session; a wrong address and a wrong password are told alike", async () => {
    await join("kim@example.org", "viewer");
    const right = await signIn(" KIM@example.org ", PASSWORD);
    expect(right).toMatchObject({ status: 200, body: { workspace: "main", scopes: ["view"] } });
    const wrong = await signIn("kim@example.org", `${PASSWORD}!`);
    const nobody = await signIn("ann@example.org", PASSWORD);
    expect(wrong).toMatchObject({ status: 401, body: { code: "wrong_password" } });
    expect(nobody).toEqual(wrong);
  });

  it("[AC6] an account is locked for a minute after ten wrong passwords, from wherever they come", async () => {
    await join("kim@example.org", "viewer");
    const behindProxy = serve({ trustProxy: true, members: served.members });
    const from = async (address: number, password: string) =>
      (
        await behindProxy.server.inject({
          method: "POST",
          url: "/sign-in",
          headers: { "x-forwarded-for": `10.0.0.${address}`, accept: "application/json" },
          payload: { email: "kim@example.org", password },
        })
      ).json().code;
    for (let i = 0; i < 10; i++) expect(await from(i, "wrong wrong wrong")).toBe("wrong_password");
    expect(await from(99, PASSWORD)).toBe("too_many_requests");
    behindProxy.clock.advance(60_000);
    expect(await from(99, PASSWORD)).toBeUndefined();
  });

  it("[AC7] a link for another password works once, and ends every session", async () => {
    const { id, cookie } = await join("kim@example.org", "viewer");
    const { body } = await ask("POST", `/api/members/${id}/password-reset`);
    expect((await ask("POST", body.link, { password: "kim@example.org" }, {})).body.code).toBe(
      "invalid_field",
    );
    expect((await ask("POST", body.link, { password: "quite another one" }, {})).status).toBe(303);
    expect((await ask("POST", body.link, { password: "quite another one" }, {})).status).toBe(410);
    expect((await ask("GET", "/api/session", undefined, { cookie })).status).toBe(401);
    expect((await signIn("kim@example.org", PASSWORD)).status).toBe(401);
    expect((await signIn("kim@example.org", "quite another one")).status).toBe(200);
  });

  it("[AC7] a link is mailed to who has an account, and everybody is told the same", async () => {
    const mails: { to: string; text: string }[] = [];
    const mail = async (one: { to: string; text: string }) => void mails.push(one);
    const { members, invitations, sessions } = served;
    await join("kim@example.org", "viewer");
    const shared = { members, invitations, sessions };
    const mailing = serve({ ...shared, mail, publicUrl: "https://map.example.org" });
    const ask = (email: string) =>
      mailing.server.inject({
        method: "POST",
        url: "/forgotten",
        headers: { host: "evil.example" },
        payload: { email },
      });
    const [known, unknown] = [await ask("Kim@example.org"), await ask("ann@example.org")];
    expect([known.statusCode, unknown.statusCode]).toEqual([202, 202]);
    expect(known.body).toBe(unknown.body);
    expect(mails).toMatchObject([{ to: "kim@example.org" }]);
    expect(mails[0]?.text).toMatch(/https:\/\/map\.example\.org\/reset\/[\w-]{43}\n/);
    expect(mails[0]?.text).not.toContain("evil");
    const wrong = await ask("kim");
    expect(wrong.json()).toMatchObject({ code: "invalid_field" });
    for (let i = 0; i < 10; i++) await ask("kim@example.org");
    expect((await ask("kim@example.org")).json()).toMatchObject({ code: "too_many_requests" });
    expect((await ask("else@example.org")).statusCode).toBe(429);
    const without = serve({ ...shared, mail });
    const refused = await without.server.inject({ method: "POST", url: "/forgotten", payload: {} });
    expect(refused.json()).toMatchObject({ code: "unauthenticated" });
  });

  it("[AC7] one's own password is changed by who knows the present one; other sessions end", async () => {
    const { cookie } = await join("kim@example.org", "viewer");
    const other = (await signIn("kim@example.org", PASSWORD)).cookie;
    const change = { current: "wrong", password: "quite another one" };
    expect((await ask("PUT", "/api/account/password", change, { cookie })).body.detail).toMatch(/^current /);
    const right = { ...change, current: PASSWORD };
    expect((await ask("PUT", "/api/account/password", right, { cookie })).status).toBe(204);
    expect((await ask("GET", "/api/session", undefined, { cookie })).status).toBe(200);
    expect((await ask("GET", "/api/session", undefined, { cookie: other })).status).toBe(401);
  });

  it("[AC8] sessions are listed and ended one by one; a token has none", async () => {
    const { cookie } = await join("kim@example.org", "viewer");
    served.clock.advance(1);
    const headers = { "user-agent": "Other Browser" };
    const other = (
      await ask("POST", "/sign-in", { email: "kim@example.org", password: PASSWORD }, { headers })
    ).cookie;
    const { sessions } = (await ask("GET", "/api/account/sessions", undefined, { cookie })).body;
    expect(sessions).toMatchObject([{ agent: "Other Browser", current: false }, { current: true }]);
    expect(
      (await ask("DELETE", `/api/account/sessions/${sessions[0].id}`, undefined, { cookie })).status,
    ).toBe(204);
    expect((await ask("GET", "/api/session", undefined, { cookie: other })).status).toBe(401);
    expect((await ask("DELETE", "/api/account/sessions/x", undefined, { cookie })).body.code).toBe(
      "not_found",
    );
    expect((await ask("GET", "/api/account")).body.code).toBe("forbidden");
  });
});

describe("who is limited to groups", () => {
  beforeEach(() => {
    device("bus", ["north/buses"]);
    device("van", ["south"]);
    device("lone", []);
    served.feed.push(
      ...["bus", "van", "bus"].map((id, i) => ({
        seq: i + 1,
        event: {
          id: `e${i}`,
          workspace: "main",
          type: "enter" as const,
          device: id,
          fence: "depot",
          fenceVersion: 1,
          time: i,
          fix: i,
          detectedAt: i,
          lon: 0,
          lat: 0,
          ...(i === 2 && { other: "van" }),
        },
      })),
    );
  });

  it("[AC9] sees devices, their history and their events of these groups, and of groups inside them, alone", async () => {
    const who = await join("kim@example.org", "viewer", ["north"]);
    const get = async (url: string) => (await ask("GET", url, undefined, who)).body;
    expect((await get("/api/devices")).devices.map(({ id }: { id: string }) => id)).toEqual(["bus"]);
    expect((await get("/api/devices?group=south")).devices).toEqual([]);
    expect(await get("/api/devices/bus")).toMatchObject({ id: "bus" });
    expect(await get("/api/devices/van")).toMatchObject({ code: "unknown_device" });
    expect(await get("/api/devices/lone")).toMatchObject({ code: "unknown_device" });
    expect(await get("/api/devices/van/positions")).toMatchObject({ code: "unknown_device" });
    expect((await get("/api/events")).events.map(({ id }: { id: string }) => id)).toEqual(["e0"]);
    expect((await get("/api/events?order=newest")).events.map(({ id }: { id: string }) => id)).toEqual([
      "e0",
    ]);
    expect(await get("/api/events/e1")).toMatchObject({ code: "not_found" });
    expect(await get("/api/events/e2")).toMatchObject({ code: "not_found" });
  });

  it.each([
    "/api/rules",
    "/api/watches",
    "/api/events/e0/explain",
    "/metrics",
    "/api/targets",
    "/api/alerts",
  ])("[AC9] is refused %s, which is about the whole workspace", async (url) => {
    const who = await join("kim@example.org", "operator", ["north"]);
    expect((await ask("GET", url, undefined, who)).body).toMatchObject({ code: "forbidden" });
  });

  it("[AC9] an operator names the devices that are seen, and cannot move them to other groups", async () => {
    const who = await join("kim@example.org", "operator", ["north"]);
    expect((await ask("PATCH", "/api/devices/bus", { name: "Bus 7" }, who)).body).toMatchObject({
      name: "Bus 7",
    });
    expect((await ask("PATCH", "/api/devices/van", { name: "Van" }, who)).body.code).toBe("unknown_device");
    expect((await ask("PATCH", "/api/devices/bus", { groups: ["south"] }, who)).body.code).toBe("forbidden");
    expect((await ask("POST", "/api/devices", { id: "new" }, who)).body.code).toBe("forbidden");
  });

  it("[AC10] a token can be limited as a member can", async () => {
    const made = await ask("POST", "/api/tokens", { scopes: ["view"], groups: ["south"] });
    const { devices } = (await ask("GET", "/api/devices", undefined, { token: made.body.token })).body;
    expect(devices).toMatchObject([{ id: "van" }]);
    for (const wrong of [
      { scopes: ["admin"], groups: ["south"] },
      { scopes: ["view"], device: "van" },
    ]) {
      expect((await ask("POST", "/api/tokens", wrong)).body.code).toBe("invalid_field");
    }
    // A browser that signs in with it sees no more.
    const { cookie } = await ask("POST", "/sign-in", { token: made.body.token }, {});
    expect((await ask("GET", "/api/devices", undefined, { cookie })).body.devices).toMatchObject([
      { id: "van" },
    ]);
  });
});

describe("workspaces", () => {
  it("[AC11] somebody in several names one; nobody gets into another by naming it", async () => {
    const { cookie, id } = await join("kim@example.org", "viewer");
    served.memberRecords.push({ workspace: "north", person: id, role: "owner", since: 0 });
    const session = async (workspace: string, who: Asked = { cookie }) =>
      (
        await ask("GET", "/api/session", undefined, {
          ...who,
          headers: { "whereabouts-workspace": workspace },
        })
      ).body;
    expect(await session("north")).toMatchObject({ workspace: "north", scopes: ["admin"] });
    expect(await session("main")).toMatchObject({ workspace: "main", scopes: ["view"] });
    expect(await session("south")).toMatchObject({ code: "forbidden" });
    expect(await session("north", {})).toMatchObject({ code: "unauthenticated" });
    expect(await session("north", { token: "admin" })).toMatchObject({ code: "forbidden" });
    // An owner here must not become somebody there.
    expect((await ask("POST", `/api/members/${id}/password-reset`)).body).toMatchObject({
      code: "forbidden",
    });
    const byToken = (await ask("POST", "/sign-in", { token: "admin" }, {})).cookie;
    expect(await session("north", { cookie: byToken })).toMatchObject({ code: "forbidden" });
  });
});

describe("the audit log", () => {
  it("[AC12] says who changed what, before and after, without secrets, and nothing of what was refused", async () => {
    const kim = await join("kim@example.org", "manager");
    device("bus", []);
    await ask("PATCH", "/api/devices/bus", { name: "Bus 7" }, { cookie: kim.cookie });
    await ask("PATCH", "/api/devices/bus", { name: "Bus 7" }, { cookie: kim.cookie });
    await ask("PATCH", "/api/devices/none", { name: "x" }, { cookie: kim.cookie });
    const target = {
      kind: "webhook",
      url: "https://example.org/hook",
      secret: "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2Vj",
    };
    const made = await ask("POST", "/api/targets", target);
    const token = await ask("POST", "/api/tokens", { scopes: ["view"], name: "screen" });
    await ask("DELETE", `/api/tokens/${token.body.id}`);
    const { audit, next } = (await ask("GET", "/api/audit?limit=4")).body;
    expect(audit).toMatchObject([
      {
        action: "token.delete",
        of: token.body.id,
        by: "token_admin",
        byName: "admin",
        before: { name: "screen" },
      },
      { action: "token.create", of: token.body.id, after: { scopes: ["view"] } },
      { action: "target.create", of: made.body.id },
      {
        action: "device.change",
        of: "bus",
        by: kim.id,
        byName: "kim@example.org",
        before: { name: "Name of bus" },
        after: { name: "Bus 7" },
      },
    ]);
    expect(JSON.stringify(served.auditRecords)).not.toMatch(/whsec_c2V|hash/);
    const rest = (await ask("GET", `/api/audit?after=${next}`)).body.audit;
    expect(rest.map(({ action }: { action: string }) => action)).toEqual([
      "member.create",
      "invitation.create",
    ]);
    expect((await ask("GET", "/api/audit?after=x")).body.code).toBe("invalid_cursor");
    expect((await ask("GET", "/api/audit", undefined, { cookie: kim.cookie })).body.code).toBe("forbidden");
  });
});
