import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashSecret } from "./secrets.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";
import { bearer } from "./testing/serve.ts";
import { deviceOf, fenceOf } from "./testing/things.ts";

const MINUTE = 60_000;
const { folder, remove } = makePageFolder();
afterAll(remove);

let served: ServedPages;

beforeEach(async () => {
  served = await servePages(folder);
  served.deviceMap.set("van", deviceOf("van", ["north/vans"], "The van"));
  served.deviceMap.set("bus", deviceOf("bus", ["south"]));
  served.fenceMap.set("port", fenceOf("port", { name: "Port" }));
  served.tokenRecords.push({
    id: "token_north",
    workspace: "main",
    name: "north",
    scopes: ["operate"],
    register: false,
    groups: ["north"],
    hash: hashSecret("north"),
    createdAt: 0,
  });
});

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of all kinds
  readonly body: any;
}

const ask = async (
  method: "GET" | "POST" | "PATCH" | "DELETE",
  url: string,
  payload?: object,
  token = "admin",
): Promise<Answer> => {
  const answer = await served.server.inject({
    method,
    url,
    headers: bearer(token),
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, body: answer.body === "" ? undefined : answer.json() };
};

const make = async (body: object, token?: string): Promise<Answer["body"]> => {
  const made = await ask("POST", "/api/shares", body, token);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};

const secretOf = ({ url }: { readonly url: string }): string => url.split("/").at(-1) ?? "";
const open = async (secret: string, accept = "text/html") =>
  served.server.inject({ url: `/s/${secret}`, headers: { accept } });

const devices = { devices: ["van"] };

describe("/api/shares", () => {
  it("[AC19] makes a link whose secret is told once and kept as a hash, lists, changes and revokes it", async () => {
    const made = await make({ name: "For Bo", what: devices, delaySeconds: 60 });
    expect(secretOf(made)).toMatch(/^[\w-]{43}$/);
    expect(served.shareRecords[0]?.hash).toBe(hashSecret(secretOf(made)));
    expect(JSON.stringify(served.shareRecords)).not.toContain(secretOf(made));
    const { url: _, ...shown } = made;
    expect(shown).toMatchObject({
      name: "For Bo",
      what: devices,
      track: false,
      delaySeconds: 60,
      blurMeters: null,
      createdBy: { token: "token_admin", name: "admin" },
      views: 0,
      revokedAt: null,
    });
    expect((await ask("GET", "/api/shares")).body).toMatchObject({ shares: [shown], next: null });
    expect((await ask("GET", `/api/shares/${made.id}`)).body).toEqual(shown);
    const changed = await ask("PATCH", `/api/shares/${made.id}`, { name: "Bo", delaySeconds: null });
    expect(changed.body).toMatchObject({ name: "Bo", delaySeconds: null, what: devices });
    expect((await ask("PATCH", `/api/shares/${made.id}`, { what: { groups: ["x"] } })).body.code).toBe(
      "invalid_share",
    );
    // An answer can be sent back as it is.
    expect((await ask("PATCH", `/api/shares/${made.id}`, changed.body)).body).toEqual(changed.body);
    expect((await ask("DELETE", `/api/shares/${made.id}`)).status).toBe(204);
    expect((await ask("PATCH", `/api/shares/${made.id}`, { name: "No" })).body.code).toBe("share_ended");
    expect((await ask("DELETE", "/api/shares/none")).body.code).toBe("not_found");
  });

  it("[AC19] writes down who made, changed and revoked it, and never the secret", async () => {
    const made = await make({ name: "One", what: devices });
    await ask("PATCH", `/api/shares/${made.id}`, { name: "Two" });
    await ask("PATCH", `/api/shares/${made.id}`, { name: "Two" });
    await ask("DELETE", `/api/shares/${made.id}`);
    await ask("DELETE", `/api/shares/${made.id}`);
    expect(served.auditRecords.map(({ action, of, byName }) => [action, of, byName])).toEqual([
      ["share.create", made.id, "admin"],
      ["share.change", made.id, "admin"],
      ["share.delete", made.id, "admin"],
    ]);
    const text = JSON.stringify(served.auditRecords);
    expect(text).not.toContain(secretOf(made));
    expect(text).not.toContain(hashSecret(secretOf(made)));
  });

  it("[AC13] lets people share what they see, and see what they share", async () => {
    const refusal = async (what: object): Promise<string> =>
      (await ask("POST", "/api/shares", { what }, "north")).body.code;
    expect(await refusal({ devices: ["bus"] })).toBe("unknown_device");
    expect(await refusal({ devices: ["none"] })).toBe("unknown_device");
    expect(await refusal({ groups: ["south"] })).toBe("forbidden");
    expect(await refusal({ groups: ["northern"] })).toBe("forbidden");
    expect(await refusal({ area: "none" })).toBe("unknown_fence");
    const mine = await make({ what: { groups: ["north/vans"] } }, "north");
    const other = await make({ what: { devices: ["bus"] } });
    expect((await ask("GET", "/api/shares", undefined, "north")).body.shares).toMatchObject([
      { id: mine.id },
    ]);
    expect((await ask("DELETE", `/api/shares/${other.id}`, undefined, "north")).body.code).toBe("not_found");
    expect((await ask("GET", "/api/shares", undefined, "manage")).body.shares).toHaveLength(2);
    for (const token of ["view", "ingest"]) {
      expect((await ask("POST", "/api/shares", { what: devices }, token)).body.code).toBe("forbidden");
      expect((await ask("GET", "/api/shares", undefined, token)).body.code).toBe("forbidden");
    }
  });

  it("[AC16] refuses an end that is over", async () => {
    const to = served.clock.now() - 1;
    expect((await ask("POST", "/api/shares", { what: devices, to })).body).toMatchObject({
      code: "invalid_share",
    });
  });
});

describe("a share link", () => {
  it("[AC14] is gone once it is revoked or over, and an unknown one is not found", async () => {
    const made = await make({ what: devices });
    const timed = await make({ what: devices, to: served.clock.now() + MINUTE });
    expect((await open(secretOf(made))).statusCode).toBe(200);
    await ask("DELETE", `/api/shares/${made.id}`);
    const over = await open(secretOf(made));
    expect(over.statusCode).toBe(410);
    expect(over.body).not.toContain("van");
    expect((await open(secretOf(made), "*/*")).json()).toMatchObject({ code: "share_ended" });
    expect((await open(secretOf(timed))).statusCode).toBe(200);
    served.clock.advance(MINUTE);
    expect((await open(secretOf(timed))).statusCode).toBe(410);
    const texts = await Promise.all(
      ["short", "x".repeat(43), "x".repeat(900)].map((secret) => open(secret, "*/*")),
    );
    expect(new Set(texts.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(texts[0]?.json()).toMatchObject({ code: "not_found", detail: "there is no such share link" });
  });

  it("[AC14] makes who guesses wait, and nobody who has a true one", async () => {
    const [made, unseen] = [await make({ what: devices }), await make({ what: devices })];
    await open(secretOf(made));
    for (let i = 0; i < 10; i++) await open(`guess-${i}`);
    expect((await open("guess")).statusCode).toBe(429);
    expect((await open(secretOf(unseen))).statusCode).toBe(429);
    expect((await open(secretOf(made))).statusCode).toBe(200);
    served.clock.advance(MINUTE);
    expect((await open(secretOf(unseen))).statusCode).toBe(200);
  });

  it("[AC13] ends with the member or the token that made it, and with their right to share", async () => {
    const member = { workspace: "main", person: "p1", role: "operator", since: 0 } as const;
    served.people.push({ id: "p1", email: "kim@example.org", name: "Kim", createdAt: 0 });
    served.memberRecords.push(member);
    const byKim = await make({ what: devices });
    const at = served.shareRecords.length - 1;
    served.shareRecords[at] = { ...served.shareRecords[at]!, by: { person: "p1" } };
    const byToken = await make({ what: devices }, "north");
    const byServer = await make({ what: devices }, "root-secret");
    const codes = async (): Promise<number[]> =>
      await Promise.all(
        [byKim, byToken, byServer].map(async (made) => (await open(secretOf(made))).statusCode),
      );
    expect(await codes()).toEqual([200, 200, 200]);
    served.memberRecords[0] = { ...member, role: "viewer" };
    expect(await codes()).toEqual([410, 200, 200]);
    served.memberRecords[0] = member;
    expect(await codes()).toEqual([200, 200, 200]);
    served.memberRecords.pop();
    await ask("DELETE", "/api/tokens/token_north");
    expect(await codes()).toEqual([410, 410, 200]);
  });

  it("[AC13] tells who shows it of every change, in order, and of its end", async () => {
    const member = { workspace: "main", person: "p1", role: "operator", since: 0 } as const;
    served.people.push({ id: "p1", email: "kim@example.org", name: "Kim", createdAt: 0 });
    served.memberRecords.push(member);
    const made = await make({ what: devices, to: served.clock.now() + MINUTE });
    served.shareRecords[0] = { ...served.shareRecords[0]!, by: { person: "p1" } };
    const told: (string | undefined)[] = [];
    const link = await served.shareLinks.open(secretOf(made));
    served.shareLinks.watch(link, (now) =>
      told.push(now && `${now.share.name} ${now.groups?.join() ?? "all"}`),
    );
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 30; i++) await Promise.resolve();
    };
    await settle();
    await ask("PATCH", `/api/shares/${made.id}`, { name: "New" });
    await settle();
    served.memberRecords[0] = { ...member, groups: ["north"] } as never;
    served.access.forgetPerson("p1");
    served.access.forgetPerson("p1");
    await settle();
    served.clock.advance(MINUTE);
    await settle();
    served.access.forgetPerson("p1");
    await settle();
    expect(told).toEqual([" all", "New all", "New north", undefined]);
  });

  it("[AC19] counts who opens its page, and writes that down now and then", async () => {
    const made = await make({ what: devices });
    for (let i = 0; i < 25; i++) await open(secretOf(made));
    expect(served.viewWrites.count).toBe(0);
    expect((await ask("GET", `/api/shares/${made.id}`)).body).toMatchObject({ views: 25 });
    served.clock.advance(10_000);
    await open("nothing");
    expect(served.viewWrites.count).toBe(1);
    expect((await ask("GET", `/api/shares/${made.id}`)).body).toMatchObject({ views: 25 });
    expect(served.auditRecords).toHaveLength(1);
  });

  it("[AC19] may be shown in frames of the sites that it names, and no other page may", async () => {
    const made = await make({ what: devices, embed: ["https://example.org"] });
    const policy = async (url: string): Promise<[string, unknown]> => {
      const { headers } = await served.server.inject({ url });
      const ancestors = /frame-ancestors ([^;]*)/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
      return [ancestors, headers["x-frame-options"]];
    };
    const path = `/s/${secretOf(made)}`;
    expect(await policy(`${path}?embed`)).toEqual(["https://example.org", undefined]);
    expect(await policy(path)).toEqual(["'none'", "DENY"]);
    expect(await policy("/s/none?embed")).toEqual(["'none'", "DENY"]);
    const without = await make({ what: devices });
    expect(await policy(`/s/${secretOf(without)}?embed`)).toEqual(["'none'", "DENY"]);
  });

  it("[AC15] says on its page what is delayed and blurred, and nothing of what it shows", async () => {
    const made = await make({ name: "<b>Bo</b>", what: devices, delaySeconds: 900, blurMeters: 500 });
    const page = await open(secretOf(made));
    expect(page.body).toContain("&lt;b&gt;Bo&lt;/b&gt;");
    expect(page.body).toContain("Shown 15 min late");
    expect(page.body).toContain("blurred to 500 m");
    expect(page.body).toContain('<meta name="robots" content="noindex, nofollow" />');
    for (const word of ["van", secretOf(made), made.id, "/members", "/events"])
      expect(page.body).not.toContain(word);
  });
});

describe("the track of a link", () => {
  const track = async (secret: string, device: string): Promise<Answer> => {
    const answer = await served.server.inject({ url: `/s/${secret}/track.json?device=${device}` });
    return { status: answer.statusCode, body: answer.json() };
  };
  const aliasOf = async (secret: string, device: string): Promise<string> =>
    (await served.shareLinks.open(secret)).alias(device);

  it("[AC16] [AC18] has what is old enough, of the last day, out of home zones, in stretches", async () => {
    const now = served.clock.now();
    for (const [ago, lon] of [
      [1500, 2.3],
      [50, 2.0],
      [40, 2.1],
      [30, 2.2],
      [20, 2.3],
      [4, 2.4],
    ] as const) {
      served.fixes.push({ device: "van", time: now - ago * MINUTE, lon, lat: 48 });
    }
    served.fenceMap.set("home", {
      ...fenceOf("home"),
      geometry: { type: "Point", coordinates: [2.1, 48] },
      radius: 100,
      home: true,
    });
    const secret = secretOf(await make({ what: devices, track: true, delaySeconds: 600 }));
    const { body } = await track(secret, await aliasOf(secret, "van"));
    expect(body).toEqual({
      stretches: [
        [[now - 50 * MINUTE, 2.0, 48]],
        [
          [now - 30 * MINUTE, 2.2, 48],
          [now - 20 * MINUTE, 2.3, 48],
        ],
      ],
    });
    expect((await open(secret)).body).toContain(`data-tracks="${await aliasOf(secret, "van")}"`);
  });

  it("[AC15] is there only where it is shared, and for devices that are shown, by their aliases", async () => {
    const [last, whole] = [await make({ what: devices }), await make({ what: devices, track: true })];
    expect((await track(secretOf(last), await aliasOf(secretOf(last), "van"))).body.code).toBe("forbidden");
    for (const device of [
      "van",
      "bus",
      await aliasOf(secretOf(whole), "bus"),
      await aliasOf(secretOf(last), "van"),
      "",
    ]) {
      expect((await track(secretOf(whole), device)).body.code, device).toBe("not_found");
    }
    const area = await make({ what: { area: "port" }, track: true });
    expect((await track(secretOf(area), await aliasOf(secretOf(area), "van"))).body.code).toBe("not_found");
  });

  it("[AC13] ends where its maker may not see the device any more", async () => {
    const made = await make({ what: devices, track: true }, "north");
    const alias = await aliasOf(secretOf(made), "van");
    expect((await track(secretOf(made), alias)).status).toBe(200);
    served.deviceMap.set("van", deviceOf("van", ["south"]));
    expect((await track(secretOf(made), alias)).body.code).toBe("not_found");
  });
});

describe("the pages of share links", () => {
  it("[AC19] make a link of each kind, show it once, change and revoke it", async () => {
    const day = new Date(served.clock.now() - 3_600_000).toISOString().slice(0, 11);
    const forms: Readonly<Record<string, Record<string, string>>> = {
      devices: { devices: "van" },
      groups: { groups: "north" },
      area: { fence: "", box: "2, 48, 3 49" },
      trip: { device: "van", tripFrom: `${day}10:00`, tripTo: `${day}11:30`, track: "yes" },
    };
    for (const [kind, fields] of Object.entries(forms)) {
      const made = await served.post(`/shares/new?kind=${kind}`, {
        name: `A ${kind}`,
        ...fields,
        delaySeconds: "1.5",
      });
      expect(made.status, kind).toBe(303);
      const list = await served.get(made.location);
      const secret = /\/s\/([\w-]{43})/.exec(list.text)?.[1] ?? "";
      expect((await open(secret)).statusCode, kind).toBe(200);
      expect((await served.get("/shares")).text).not.toContain(secret);
    }
    expect(served.shareRecords.map(({ what }) => what)).toMatchObject([
      { devices: ["van"] },
      { groups: ["north"] },
      { area: [2, 48, 3, 49] },
      { trip: { device: "van" } },
    ]);
    expect(served.shareRecords.every(({ delaySeconds }) => delaySeconds === 90)).toBe(true);
    const { id } = served.shareRecords[0]!;
    expect((await served.get(`/shares/${id}`)).text).toContain("The van");
    expect((await served.post(`/shares/${id}`, { name: "Mine", blurMeters: "300" })).status).toBe(303);
    expect(served.shareRecords[0]).toMatchObject({
      name: "Mine",
      blurMeters: 300,
      what: { devices: ["van"] },
    });
    expect((await served.get(`/shares/${id}/delete`)).text).toContain("Revoke");
    await served.post(`/shares/${id}/delete`);
    expect((await served.get("/shares")).text).toContain("revoked");
    expect((await served.get(`/shares/${id}`)).text).toContain("This link has ended");
    const actions = served.auditRecords.filter(({ of }) => of === id).map(({ action }) => action);
    expect(actions).toEqual(["share.create", "share.change", "share.delete"]);
  });

  it("[AC19] show a form again with what is wrong, and offer what may be seen alone", async () => {
    const wrong = await served.post("/shares/new?kind=devices", {
      name: "Typed",
      blurMeters: "1",
      devices: "van",
    });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('value="Typed"');
    expect(wrong.text).toContain('id="blurMeters-problem"');
    expect((await served.post("/shares/new?kind=devices", {})).text).toContain('id="what-problem"');
    const form = await served.get("/shares/new?kind=devices", "north");
    expect(form.text).toContain("The van");
    expect(form.text).not.toContain('value="bus"');
    expect((await served.get("/shares", "north")).text).toContain('href="/shares"');
    expect((await served.get("/shares", "view")).status).toBe(403);
    expect((await served.get("/rules", "operate")).text).not.toContain("New rule");
  });
});
