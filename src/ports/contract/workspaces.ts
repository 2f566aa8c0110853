import { describe, expect, it } from "vitest";
import type { WorkspaceRecord } from "#ports";
import {
  alertOf,
  commitOf,
  eventOf,
  fenceOf,
  fixesOf,
  fixOf,
  type OpenFixture,
  recordOf,
  type StorePorts,
  targetOf,
  withStore,
} from "./fixture.ts";

const workspaceOf = (id: string, more: Partial<WorkspaceRecord> = {}): WorkspaceRecord => ({
  id,
  name: `Name ${id}`,
  createdAt: 5,
  ...more,
});

/** Makes somebody a member; the person has the invitation's id. */
const join = async (
  { invitations }: StorePorts,
  workspace: string,
  id: string,
  email = `${id}@example.org`,
) => {
  const hash = `hash-${workspace}-${id}`;
  const terms = { id, workspace, email, role: "owner", createdAt: 1, expiresAt: 100 } as const;
  await invitations.offer({ ...terms, hash });
  await invitations.accept(hash, { id, name: id, password: "secret", createdAt: 2 }, 2);
};

const sessionOf = (hash: string, workspace: string, person?: string) => ({
  hash,
  workspace,
  scopes: [],
  createdAt: 1,
  expiresAt: 1e9,
  ...(person !== undefined && { person }),
});

/** One of everything that a workspace may hold; `offset` is that of its commit. */
const fill = async (ports: StorePorts, workspace: string, offset: number): Promise<void> => {
  const { tokens, sessions, invitations, shares, targets, audit, devices, results } = ports;
  const token = { id: "t", workspace, name: "", scopes: [], register: true, createdAt: 1 };
  await tokens.create({ ...token, hash: `token-${workspace}` });
  await join(ports, workspace, `own-${workspace}`);
  await join(ports, workspace, `both-${workspace}`, "both@example.org");
  const [member] = await ports.members.list(workspace);
  const kim = member?.person ?? "";
  await sessions.open(sessionOf(`session-${workspace}`, workspace, kim));
  await sessions.offerLink({ hash: `link-${workspace}`, workspace, expiresAt: 1e9 });
  const invited = { id: "i", workspace, email: "lee@example.org", role: "viewer" } as const;
  await invitations.offer({ ...invited, hash: `invited-${workspace}`, createdAt: 1, expiresAt: 1e9 });
  await shares.create({
    id: "s",
    workspace,
    hash: `share-${workspace}`,
    name: "",
    what: { devices: ["bus"] },
    track: false,
    delaySeconds: 0,
    embed: [],
    by: { person: kim, name: "Kim" },
    createdAt: 1,
    views: 0,
  } as never);
  await targets.create(targetOf("hook", workspace));
  await audit.write({ workspace, at: 1, by: "kim", action: "fence.create", of: "depot" });
  await devices.register(workspace, "idle", { name: "Idle" }, 1);
  const fix = fixOf("bus", 25);
  const event = eventOf(`event-${workspace}`, "bus", 25, { workspace });
  const rule = { id: "r", workspace, name: "", version: 1, createdAt: 1, updatedAt: 1 };
  await results.commit(
    commitOf(offset, {
      fixes: fixesOf([fix], workspace),
      devices: [recordOf(fix, workspace)],
      fences: [fenceOf("depot", 1, workspace)],
      definitions: [{ of: "rule", value: { ...rule, events: ["enter"], targets: ["hook"] } as never }],
      events: [event],
      alerts: [alertOf(event, "hook")],
      cooldowns: [{ workspace, rule: "r", device: "bus", time: 25 }],
    }),
  );
};

/** What can be seen of a workspace through every port. */
const contents = async (ports: StorePorts, workspace: string) => {
  const { tokens, members, invitations, shares, targets, audit, devices, fences, definitions, events } =
    ports;
  const page = { limit: 10 };
  return {
    tokens: (await tokens.list(workspace)).length,
    token: (await tokens.byHash(`token-${workspace}`))?.id,
    session: (await ports.sessions.byHash(`session-${workspace}`))?.workspace,
    members: (await members.list(workspace)).map(({ email }) => email),
    invitations: (await invitations.list(workspace, 50)).length,
    invited: (await invitations.byHash(`invited-${workspace}`, 50))?.email,
    shares: (await shares.list(workspace)).length,
    share: (await shares.byHash(`share-${workspace}`))?.id,
    targets: (await targets.list(workspace, page)).length,
    audit: (await audit.list(workspace, page)).length,
    devices: (await devices.list(workspace, page)).map(({ status }) => status.device),
    fixes: (await ports.history.known(workspace, "bus", [25])).size,
    fences: (await fences.list(workspace, page)).length,
    rules: (await definitions.list("rule", workspace, page)).length,
    events: (await events.list({ workspace, limit: 10 })).events.length,
    alerts: (await ports.outbox.list({ workspace, limit: 10 } as never)).length,
  };
};

const sweepAll = async ({ workspaces }: StorePorts, id: string): Promise<string> => {
  for (;;) {
    const step = await workspaces.sweep(id);
    if (step !== "more") return step;
  }
};

/** What the flow and the couriers do before the rest goes. */
const moveOut = async (
  { results, targets }: StorePorts,
  workspace: string,
  offset: number,
): Promise<void> => {
  await targets.delete(workspace, "hook", 5);
  await results.commit(
    commitOf(offset, {
      deletedDevices: ["bus", "idle"].map((device) => ({ workspace, device })),
      deletedFences: [{ workspace, fence: "depot" }],
      deletedDefinitions: [{ workspace, of: "rule", id: "r" }],
    }),
  );
};

/** What every `Workspaces` and `WorkspaceEnds` must keep. */
export function workspacesContract(name: string, open: OpenFixture): void {
  describe(`Workspaces: ${name}`, () => {
    it(
      "[WK1] one is made with its owner, once, renamed, and there after a restart",
      withStore(open, async (fixture) => {
        const { ports } = fixture;
        await join(ports, "main", "kim");
        await ports.workspaces.create(workspaceOf("ferry"), "kim");
        await expect(ports.workspaces.create(workspaceOf("ferry"))).rejects.toMatchObject({
          code: "conflict",
        });
        await expect(ports.workspaces.create(workspaceOf("main"))).rejects.toMatchObject({
          code: "conflict",
        });
        await expect(ports.workspaces.create(workspaceOf("lost"), "nobody")).rejects.toMatchObject({
          code: "not_found",
        });
        expect(await ports.workspaces.rename("ferry", "Ferries")).toBe(true);
        expect(await ports.workspaces.rename("lost", "Lost")).toBe(false);
        const { workspaces, members } = await fixture.reopen();
        expect(await workspaces.get("ferry")).toEqual(workspaceOf("ferry", { name: "Ferries" }));
        expect(await workspaces.get("lost")).toBeUndefined();
        expect((await workspaces.list()).map(({ id }) => id)).toEqual(["ferry", "main", "other"]);
        const owner = { workspace: "ferry", person: "kim", role: "owner", since: 5 };
        expect(await members.get("ferry", "kim")).toMatchObject(owner);
      }),
    );

    it(
      "[WK2] there are at most a thousand",
      withStore(open, async ({ ports: { workspaces } }) => {
        const ids = Array.from({ length: 998 }, (_, i) => `w${i}`);
        await Promise.all(ids.map((id) => workspaces.create(workspaceOf(id))));
        await expect(workspaces.create(workspaceOf("more"))).rejects.toMatchObject({ code: "conflict" });
      }),
    );

    it(
      "[WK3] nothing is put into one that nobody made, and what was judged for it is in no later one",
      withStore(open, async ({ ports }) => {
        const refused = { code: "not_found" };
        const token = { id: "t", workspace: "ghost", name: "", scopes: [], register: true, createdAt: 1 };
        await expect(ports.tokens.create({ ...token, hash: "h" })).rejects.toMatchObject(refused);
        await expect(ports.sessions.open(sessionOf("h", "ghost"))).rejects.toMatchObject(refused);
        await expect(ports.targets.create(targetOf("a", "ghost"))).rejects.toMatchObject(refused);
        await expect(ports.devices.register("ghost", "bus", {}, 1)).rejects.toMatchObject(refused);
        await ports.audit.write({ workspace: "ghost", at: 1, by: "kim", action: "fence.create", of: "a" });
        await ports.results.commit(commitOf(1, { fixes: fixesOf([fixOf("bus", 25)], "ghost") }));
        expect(await ports.workspaces.get("ghost")).toBeUndefined();
        await ports.workspaces.create(workspaceOf("ghost"));
        expect(await ports.history.known("ghost", "bus", [25])).toEqual(new Set());
        expect(await ports.audit.list("ghost", { limit: 10 })).toEqual([]);
        await ports.results.commit(commitOf(2, { fixes: fixesOf([fixOf("bus", 26)], "ghost") }));
        expect(await ports.history.known("ghost", "bus", [25, 26])).toEqual(new Set([26]));
      }),
    );

    it(
      "[WK4] a session enters another workspace of its person, and no other",
      withStore(open, async ({ ports }) => {
        await join(ports, "main", "kim");
        await join(ports, "other", "lee");
        await ports.sessions.open(sessionOf("kim", "main", "kim"));
        await ports.sessions.open(sessionOf("token", "main"));
        for (const hash of ["kim", "token", "none"]) {
          expect(await ports.workspaces.enter(hash, "other")).toBe(false);
        }
        await join(ports, "other", "kim");
        expect(await ports.workspaces.enter("kim", "ghost")).toBe(false);
        expect(await ports.workspaces.enter("kim", "other")).toBe(true);
        expect(await ports.sessions.byHash("kim")).toMatchObject({ workspace: "other", person: "kim" });
        expect(await ports.sessions.byHash("token")).toMatchObject({ workspace: "main" });
      }),
    );

    it(
      "[WK5] deletion closes every door at once, goes on after a restart, and leaves nothing to the next of that id",
      withStore(open, async (fixture) => {
        await fill(fixture.ports, "main", 1);
        await fill(fixture.ports, "other", 2);
        const kept = await contents(fixture.ports, "main");
        expect(Object.values(kept)).not.toContain(0);
        expect(await contents(fixture.ports, "other")).toMatchObject({ fixes: 1, alerts: 1, events: 1 });
        await expect(fixture.ports.workspaces.close("main")).rejects.toMatchObject({ code: "conflict" });
        expect(await fixture.ports.workspaces.close("other")).toBe(true);
        expect(await fixture.ports.workspaces.close("other")).toBe(false);
        expect(await fixture.ports.workspaces.get("other")).toBeUndefined();
        const shut = {
          token: undefined,
          session: undefined,
          members: [],
          invited: undefined,
          share: undefined,
        };
        expect(await contents(fixture.ports, "other")).toMatchObject(shut);
        expect(await fixture.ports.sessions.redeemLink("link-other", 50)).toBeUndefined();
        const both = (await fixture.ports.members.byEmail("both@example.org"))?.id ?? "";
        expect((await fixture.ports.members.of(both)).map(({ workspace }) => workspace)).toEqual(["main"]);
        const { tokens, workspaces } = fixture.ports;
        const token = { id: "u", workspace: "other", name: "", scopes: [], register: true, createdAt: 1 };
        await expect(tokens.create({ ...token, hash: "u" })).rejects.toMatchObject({ code: "not_found" });
        await expect(workspaces.create(workspaceOf("other"))).rejects.toMatchObject({ code: "conflict" });
        expect(await workspaces.sweep("other")).toBe("more");

        const ports = await fixture.reopen();
        expect(await ports.workspaces.closing()).toEqual(["other"]);
        expect(await sweepAll(ports, "other")).toBe("occupied");
        await moveOut(ports, "other", 3);
        expect(await sweepAll(ports, "other")).toBe("gone");
        expect(await ports.workspaces.closing()).toEqual([]);
        expect(await ports.members.byEmail("own-other@example.org")).toBeUndefined();
        expect(await ports.members.byEmail("both@example.org")).toBeDefined();

        await ports.workspaces.create(workspaceOf("other"));
        const empty = Object.values(await contents(ports, "other")).flat();
        expect(empty.filter((value) => value !== 0 && value !== undefined)).toEqual([]);
        expect(await contents(ports, "main")).toEqual(kept);
      }),
    );

    it(
      "[WK6] sweeping what is open, or not there, does nothing",
      withStore(open, async ({ ports: { workspaces } }) => {
        expect(await workspaces.sweep("other")).toBe("gone");
        expect(await workspaces.sweep("ghost")).toBe("gone");
        expect(await workspaces.get("other")).toBeDefined();
      }),
    );
  });
}
