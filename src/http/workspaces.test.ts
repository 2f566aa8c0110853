import { beforeEach, describe, expect, it } from "vitest";
import { bearer, serve, type Served } from "./testing/serve.ts";

const PASSWORD = "a long enough secret";

let served: Served;
beforeEach(() => {
  served = serve();
});

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface Asked {
  readonly token?: string;
  readonly cookie?: string;
  readonly workspace?: string;
  readonly site?: string;
}

const ask = async (method: Method, url: string, body?: object, who: Asked = { token: "admin" }) => {
  const { token, cookie, workspace, site = "same-origin" } = who;
  const answer = await served.server.inject({
    method,
    url,
    headers: {
      ...(token !== undefined && bearer(token)),
      ...(cookie !== undefined && { cookie, "sec-fetch-site": site }),
      ...(workspace !== undefined && { "whereabouts-workspace": workspace }),
      accept: "application/json",
    },
    ...(body !== undefined && { payload: body }),
  });
  const cookies = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
  const text = answer.body;
  return { status: answer.statusCode, body: text.startsWith("{") ? JSON.parse(text) : text, cookie: cookies };
};

/** Invites somebody into the first workspace and takes the invitation; answers the cookie. */
const join = async (email: string, role: string): Promise<string> => {
  const { body } = await ask("POST", "/api/invitations", { email, role });
  return (await ask("POST", body.link, { name: email, password: PASSWORD }, {})).cookie;
};

const idsOf = async (who: Asked): Promise<readonly string[]> => {
  const { body } = await ask("GET", "/api/workspaces", undefined, who);
  return body.workspaces.map(({ id }: { id: string }) => id);
};

const audited = (workspace: string): readonly string[] =>
  served.auditRecords.filter((one) => one.workspace === workspace).map(({ action }) => action);

describe("making workspaces", () => {
  it("[AC31] an owner of the first workspace makes one and owns it", async () => {
    const cookie = await join("kim@example.org", "owner");
    const made = await ask("POST", "/api/workspaces", { id: "ferry", name: " Ferries " }, { cookie });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ id: "ferry", name: "Ferries", role: "owner", groups: null, current: false });
    const { body } = await ask("GET", "/api/workspaces", undefined, { cookie });
    expect(body.workspaces).toEqual([
      { id: "ferry", name: "Ferries", role: "owner", groups: null, current: false },
      { id: "main", name: "", role: "owner", groups: null, current: true },
    ]);
    expect(audited("ferry")).toEqual(["workspace.create"]);
    expect(audited("main")).toContain("workspace.create");
  });

  it("[AC31] who comes with a token names an owner, who is invited", async () => {
    const order = { id: "ferry", name: "Ferries" };
    expect((await ask("POST", "/api/workspaces", order)).body).toMatchObject({ code: "invalid_field" });
    expect((await ask("POST", "/api/workspaces", { ...order, owner: "nobody" })).body).toMatchObject({
      code: "invalid_field",
    });
    expect(served.workspaceRecords).toHaveLength(1);
    const made = await ask("POST", "/api/workspaces", { ...order, owner: "lee@example.org" });
    expect(made.body).toMatchObject({ id: "ferry", role: null, link: expect.stringMatching(/^\/join\//) });
    const { cookie } = await ask("POST", made.body.link, { name: "Lee", password: PASSWORD }, {});
    expect(await idsOf({ cookie })).toEqual(["ferry"]);
    expect((await ask("GET", "/api/session", undefined, { cookie })).body).toMatchObject({
      workspace: "ferry",
      scopes: ["admin"],
    });
  });

  it("[AC31] nobody else makes one, and owners of another workspace neither", async () => {
    const manager = await join("max@example.org", "manager");
    const made = await ask("POST", "/api/workspaces", { id: "ferry", owner: "lee@example.org" });
    const { cookie } = await ask("POST", made.body.link, { name: "Lee", password: PASSWORD }, {});
    for (const who of [{ cookie: manager }, { cookie }, { token: "manage" }]) {
      const refused = await ask("POST", "/api/workspaces", { id: "bus", owner: "a@example.org" }, who);
      expect(refused.body).toMatchObject({ code: "forbidden" });
      expect((await ask("GET", "/api/workspaces?all=true", undefined, who)).body).toMatchObject({
        code: "forbidden",
      });
    }
  });

  it.each(["", "Ferry", "-a", "a-", "a b", "a".repeat(41), "é", "../x", 7, undefined])(
    "[AC31] %j is no id of a workspace",
    async (id) => {
      const refused = await ask("POST", "/api/workspaces", { id, owner: "a@example.org" });
      expect(refused.body).toMatchObject({ code: "invalid_field", detail: expect.stringMatching(/^id is/) });
    },
  );

  it("[AC31] an id is given once", async () => {
    const order = { id: "ferry", owner: "a@example.org" };
    expect((await ask("POST", "/api/workspaces", order)).status).toBe(201);
    expect((await ask("POST", "/api/workspaces", order)).body).toMatchObject({ code: "conflict" });
    expect(served.invitationRecords).toHaveLength(1);
  });
});

describe("being in several workspaces", () => {
  const setUp = async () => {
    const cookie = await join("kim@example.org", "owner");
    await ask("POST", "/api/workspaces", { id: "ferry", name: "Ferries" }, { cookie });
    const person = served.people[0]?.id ?? "";
    return { cookie, person };
  };

  it("[AC32] a session enters another workspace of its person; the other streams end and come back there", async () => {
    const { cookie } = await setUp();
    const principal = await served.access.identify({ authorization: undefined, cookie, token: undefined });
    let ended = 0;
    served.access.watch(principal!, () => ended++);
    expect((await ask("POST", "/api/workspaces/ferry/enter", undefined, { cookie })).status).toBe(204);
    expect(ended).toBe(1);
    expect((await ask("GET", "/api/session", undefined, { cookie })).body).toMatchObject({
      workspace: "ferry",
    });
    const { body } = await ask("GET", "/api/workspaces", undefined, { cookie });
    expect(body.workspaces.map(({ current }: { current: boolean }) => current)).toEqual([true, false]);
  });

  it("[AC32] nobody enters what they are not in, from another site, or with a token", async () => {
    const { cookie } = await setUp();
    const stranger = await join("max@example.org", "owner");
    for (const id of ["ferry", "none"]) {
      const refused = await ask("POST", `/api/workspaces/${id}/enter`, undefined, { cookie: stranger });
      expect(refused.body).toMatchObject({ code: "not_found", detail: `you are in no workspace "${id}"` });
      for (const [method, path, body] of [
        ["GET", "", undefined],
        ["PATCH", "", { name: "Mine" }],
        ["DELETE", "", { confirm: "Ferries" }],
        ["POST", "/leave", undefined],
      ] as const) {
        const other = await ask(method, `/api/workspaces/${id}${path}`, body, { cookie: stranger });
        expect(other.body).toMatchObject({ code: "not_found", detail: `you are in no workspace "${id}"` });
      }
    }
    const cross = { cookie, site: "cross-site" };
    expect((await ask("POST", "/api/workspaces/ferry/enter", undefined, cross)).body).toMatchObject({
      code: "cross_site",
    });
    expect((await ask("POST", "/api/workspaces/main/enter")).body).toMatchObject({ code: "forbidden" });
  });

  it("[AC33] an owner renames, also while another workspace is the present one; others do not", async () => {
    const { cookie, person } = await setUp();
    expect((await ask("PATCH", "/api/workspaces/ferry", { name: "Boats" }, { cookie })).body).toMatchObject({
      id: "ferry",
      name: "Boats",
    });
    expect(audited("ferry")).toEqual(["workspace.create", "workspace.change"]);
    for (const name of ["", " ", "a\u202Eb", "x".repeat(101), 7]) {
      expect((await ask("PATCH", "/api/workspaces/ferry", { name }, { cookie })).body).toMatchObject({
        code: "invalid_field",
      });
    }
    const at = served.memberRecords.findIndex((one) => one.workspace === "ferry");
    served.memberRecords[at] = { workspace: "ferry", person, role: "manager", since: 0 };
    for (const [method, body] of [
      ["PATCH", { name: "Mine" }],
      ["DELETE", { confirm: "Boats" }],
    ] as const) {
      expect((await ask(method, "/api/workspaces/ferry", body, { cookie })).body).toMatchObject({
        code: "forbidden",
      });
    }
  });

  it("[AC34] people leave, but not as the last owner", async () => {
    const { cookie, person } = await setUp();
    expect((await ask("POST", "/api/workspaces/ferry/leave", undefined, { cookie })).body).toMatchObject({
      code: "last_owner",
    });
    served.memberRecords.push({ workspace: "ferry", person: "lee", role: "owner", since: 0 });
    expect((await ask("POST", "/api/workspaces/ferry/leave", undefined, { cookie })).status).toBe(204);
    expect(await idsOf({ cookie })).toEqual(["main"]);
    expect(served.auditRecords.at(-1)).toMatchObject({
      workspace: "ferry",
      action: "member.leave",
      by: person,
    });
  });

  it("[AC35] an owner deletes with the name, never the first one; the id is not given again at once", async () => {
    const { cookie } = await setUp();
    for (const confirm of [undefined, "", "ferry", "Ferries "]) {
      expect((await ask("DELETE", "/api/workspaces/ferry", { confirm }, { cookie })).body).toMatchObject({
        code: "invalid_field",
      });
    }
    expect((await ask("DELETE", "/api/workspaces/main", { confirm: "main" }, { cookie })).body).toMatchObject(
      {
        code: "conflict",
      },
    );
    const deleted = await ask("DELETE", "/api/workspaces/ferry", { confirm: "Ferries" }, { cookie });
    expect(deleted).toMatchObject({ status: 202, body: { id: "ferry", state: "deleting" } });
    expect(audited("main").at(-1)).toBe("workspace.delete");
    const again = await ask("POST", "/api/workspaces", { id: "ferry" }, { cookie });
    expect(again.body).toMatchObject({ code: "conflict" });
  });
});

describe("whoever runs the server", () => {
  it("[AC36] the server's own token names any workspace that there is; no other token does", async () => {
    await ask("POST", "/api/workspaces", { id: "ferry", owner: "lee@example.org" });
    const there = { token: "root-secret", workspace: "ferry" };
    expect((await ask("GET", "/api/session", undefined, there)).body).toMatchObject({ workspace: "ferry" });
    expect((await ask("GET", "/api/invitations", undefined, there)).body.invitations).toHaveLength(1);
    expect(
      (await ask("GET", "/api/invitations", undefined, { token: "root-secret" })).body.invitations,
    ).toEqual([]);
    for (const who of [
      { token: "root-secret", workspace: "none" },
      { token: "admin", workspace: "ferry" },
    ]) {
      expect((await ask("GET", "/api/session", undefined, who)).body).toMatchObject({ code: "forbidden" });
    }
    const all = await ask("GET", "/api/workspaces?all=true", undefined, { token: "root-secret" });
    expect(all.body.workspaces).toMatchObject([
      { id: "ferry", role: null },
      { id: "main", current: true },
    ]);
  });

  it("[AC36] figures of the whole server are for its first workspace", async () => {
    const made = await ask("POST", "/api/workspaces", { id: "ferry", owner: "lee@example.org" });
    const { cookie } = await ask("POST", made.body.link, { name: "Lee", password: PASSWORD }, {});
    expect((await ask("GET", "/metrics", undefined, { cookie })).body).toMatchObject({ code: "forbidden" });
    expect((await ask("GET", "/metrics", undefined, { token: "view" })).status).toBe(200);
  });

  it("[AC35] who is in a workspace that is deleted is out at once, whatever was known of them", async () => {
    let closed = "";
    const { createAccess } = await import("./access.ts");
    const access = createAccess({ ...served, adminToken: "root-secret", isClosed: (id) => id === closed });
    const token = served.tokenRecords.find(({ name }) => name === "view")!;
    served.tokenRecords.push({
      ...token,
      id: "t",
      workspace: "ferry",
      hash: (await import("./secrets.ts")).hashSecret("t"),
    });
    served.workspaceRecords.push({ id: "ferry", name: "", createdAt: 0 });
    const asks = (text: string, workspace?: string) =>
      access.identify({ authorization: `Bearer ${text}`, cookie: undefined, token: undefined, workspace });
    const principal = await asks("t");
    let ended = 0;
    access.watch(principal!, () => ended++);
    expect(await asks("root-secret", "ferry")).toMatchObject({ workspace: "ferry" });
    closed = "ferry";
    access.forgetWorkspace("ferry");
    expect(ended).toBe(1);
    await expect(asks("t")).rejects.toMatchObject({ code: "invalid_token" });
    await expect(asks("root-secret", "ferry")).rejects.toMatchObject({ code: "forbidden" });
    expect(await asks("view")).toMatchObject({ workspace: "main" });
  });
});
