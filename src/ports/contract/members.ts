import { describe, expect, it } from "vitest";
import type { InvitationRecord, MemberRecord } from "#ports";
import { type OpenFixture, type StorePorts, withStore } from "./fixture.ts";

const invitationOf = (id: string, more: Partial<InvitationRecord> = {}): InvitationRecord => ({
  id,
  workspace: "main",
  email: `${id}@example.org`,
  role: "viewer",
  hash: `hash-${id}`,
  createdAt: 1,
  expiresAt: 100,
  ...more,
});

/** Invites somebody and takes the invitation; the person has the invitation's id. */
const join = async (
  { invitations }: StorePorts,
  id: string,
  more: Partial<InvitationRecord> = {},
): Promise<MemberRecord | undefined> => {
  const invitation = invitationOf(id, more);
  await invitations.offer(invitation);
  return await invitations.accept(invitation.hash, { id, name: `Name ${id}`, createdAt: 2 }, 2);
};

/** What every `Members` and `Invitations` must keep. */
export function membersContract(name: string, open: OpenFixture): void {
  describe(`Members: ${name}`, () => {
    it(
      "[ME1] an invitation makes a person and a member, once, and lasts over a restart",
      withStore(open, async (fixture) => {
        const offered = invitationOf("kim", { role: "operator", groups: ["north"] });
        await fixture.ports.invitations.offer(offered);
        expect(await fixture.ports.invitations.list("main", 50)).toEqual([offered]);
        expect(await fixture.ports.invitations.byHash("hash-kim", 50)).toEqual(offered);
        const { invitations, members } = await fixture.reopen();
        const newcomer = { id: "p1", name: "Kim", password: "secret", createdAt: 7 };
        const member = { workspace: "main", person: "p1", role: "operator", groups: ["north"], since: 7 };
        expect(await invitations.accept("hash-kim", newcomer, 7)).toEqual(member);
        expect(await invitations.accept("hash-kim", newcomer, 7)).toBeUndefined();
        expect(await invitations.byHash("hash-kim", 7)).toBeUndefined();
        const person = { ...newcomer, email: "kim@example.org" };
        expect(await members.person("p1")).toEqual(person);
        expect(await members.byEmail("kim@example.org")).toEqual(person);
        expect(await members.list("main")).toEqual([{ ...member, email: person.email, name: "Kim" }]);
        expect(await members.get("other", "p1")).toBeUndefined();
      }),
    );

    it(
      "[ME2] what has expired, was revoked or replaced lets nobody in",
      withStore(open, async ({ ports: { invitations } }) => {
        const newcomer = { id: "p1", name: "Kim", createdAt: 7 };
        await invitations.offer(invitationOf("a"));
        expect(await invitations.accept("hash-a", newcomer, 100)).toBeUndefined();
        expect(await invitations.list("main", 100)).toEqual([]);
        expect(await invitations.revoke("other", "a")).toBe(false);
        expect(await invitations.revoke("main", "a")).toBe(true);
        expect(await invitations.accept("hash-a", newcomer, 7)).toBeUndefined();
        await invitations.offer(invitationOf("b"));
        await invitations.offer(invitationOf("c", { email: "b@example.org" }));
        expect(await invitations.accept("hash-b", newcomer, 7)).toBeUndefined();
        expect(await invitations.accept("hash-c", newcomer, 7)).toMatchObject({ person: "p1" });
      }),
    );

    it(
      "[ME3] whoever is a person keeps name and password, whoever is a member the role",
      withStore(open, async ({ ports }) => {
        await join(ports, "kim", { role: "owner" });
        await ports.members.update({ id: "kim", name: "Kim", password: "old" });
        const again = invitationOf("x", { email: "kim@example.org", workspace: "other", role: "viewer" });
        await ports.invitations.offer(again);
        const newcomer = { id: "p2", name: "Else", password: "new", createdAt: 9 };
        expect(await ports.invitations.accept("hash-x", newcomer, 9)).toMatchObject({ person: "kim" });
        expect(await ports.members.person("kim")).toMatchObject({ name: "Kim", password: "old" });
        expect(await ports.members.of("kim")).toMatchObject([
          { workspace: "main", role: "owner" },
          { workspace: "other", role: "viewer" },
        ]);
        await ports.invitations.offer(invitationOf("y", { email: "kim@example.org", role: "viewer" }));
        expect(await ports.invitations.accept("hash-y", newcomer, 9)).toMatchObject({ role: "owner" });
      }),
    );

    it(
      "[ME4] a workspace keeps an owner",
      withStore(open, async ({ ports }) => {
        const { members } = ports;
        await join(ports, "kim", { role: "owner" });
        await join(ports, "ann", { role: "viewer" });
        await join(ports, "far", { role: "owner", workspace: "other" });
        const lastOwner = { code: "last_owner" };
        await expect(members.change("main", "kim", { role: "viewer" })).rejects.toMatchObject(lastOwner);
        await expect(members.remove("main", "kim")).rejects.toMatchObject(lastOwner);
        expect((await members.get("main", "kim"))?.role).toBe("owner");
        expect(await members.change("main", "ann", { role: "owner" })).toBe(true);
        expect(await members.change("main", "kim", { role: "viewer", groups: ["a"] })).toBe(true);
        expect(await members.get("main", "kim")).toMatchObject({ role: "viewer", groups: ["a"] });
        expect(await members.change("main", "far", { role: "viewer" })).toBe(false);
      }),
    );

    it(
      "[ME5] removing ends the sessions there, and forgets who is nowhere any more",
      withStore(open, async ({ ports }) => {
        const { members, sessions } = ports;
        await join(ports, "own", { role: "owner" });
        await join(ports, "kim");
        const session = { workspace: "main", scopes: [], person: "kim", createdAt: 3, expiresAt: 90 };
        await sessions.open({ ...session, hash: "s1", agent: "Browser" });
        await sessions.open({ ...session, hash: "s2", createdAt: 4 });
        expect(await sessions.of("kim")).toEqual([
          { ...session, hash: "s2", createdAt: 4 },
          { ...session, hash: "s1", agent: "Browser" },
        ]);
        expect(await members.remove("main", "kim")).toBe(true);
        expect(await members.remove("main", "kim")).toBe(false);
        expect(await sessions.byHash("s1")).toBeUndefined();
        expect(await members.byEmail("kim@example.org")).toBeUndefined();
      }),
    );

    it(
      "[ME6] a link for another password works once, and ends every session",
      withStore(open, async ({ ports }) => {
        const { members, sessions, invitations } = ports;
        await join(ports, "kim");
        await sessions.open({
          hash: "s1",
          workspace: "main",
          scopes: [],
          person: "kim",
          createdAt: 3,
          expiresAt: 90,
        });
        await invitations.offerReset({ hash: "r0", person: "kim", expiresAt: 50 });
        await invitations.offerReset({ hash: "r1", person: "kim", expiresAt: 50 });
        expect(await invitations.resetOf("r0", 10)).toBeUndefined();
        expect(await invitations.resetOf("r1", 50)).toBeUndefined();
        expect(await invitations.resetOf("r1", 10)).toBe("kim");
        expect(await invitations.redeemReset("r1", "next", 50)).toBeUndefined();
        expect(await invitations.redeemReset("r1", "next", 10)).toBe("kim");
        expect(await invitations.redeemReset("r1", "more", 10)).toBeUndefined();
        expect((await members.person("kim"))?.password).toBe("next");
        expect(await sessions.byHash("s1")).toBeUndefined();
      }),
    );
  });
}

/** What every `Audit` must keep. */
export function auditContract(name: string, open: OpenFixture): void {
  describe(`Audit: ${name}`, () => {
    it(
      "[AU1] entries come back as they were written, newest first, page by page, each workspace its own",
      withStore(open, async (fixture) => {
        const { audit } = fixture.ports;
        const entry = { workspace: "main", at: 5, by: "p1", action: "fence.change", of: "depot" };
        const full = {
          ...entry,
          byName: "kim@example.org",
          address: "::1",
          before: { a: 1 },
          after: { a: [2] },
        };
        await audit.write(entry);
        await audit.write({ ...entry, workspace: "other" });
        await audit.write(full);
        const again = (await fixture.reopen()).audit;
        const all = await again.list("main", { limit: 9 });
        expect(all).toEqual([
          { ...full, seq: 3 },
          { ...entry, seq: 1 },
        ]);
        expect(await again.list("main", { limit: 1 })).toEqual(all.slice(0, 1));
        expect(await again.list("main", { before: 3, limit: 1 })).toEqual(all.slice(1));
        expect(await again.list("none", { limit: 1 })).toEqual([]);
      }),
    );
  });
}
