import { describe, expect, it } from "vitest";
import type { IdentityRecord, InvitationRecord } from "#ports";
import { type OpenFixture, withStore } from "./fixture.ts";
import { addPerson } from "./second-factor.ts";

const ISSUER = "https://id.example.org/";

const identityOf = (subject: string, more: Partial<IdentityRecord> = {}): IdentityRecord => ({
  issuer: ISSUER,
  subject,
  person: "kim",
  createdAt: 5,
  ...more,
});

const invitationOf = (id: string, more: Partial<InvitationRecord> = {}): InvitationRecord => ({
  id,
  workspace: "main",
  email: "ann@example.org",
  role: "operator",
  groups: ["north"],
  hash: `hash-${id}`,
  createdAt: 1,
  expiresAt: 100,
  ...more,
});

/** What every `Identities` must keep. */
export function identitiesContract(name: string, open: OpenFixture): void {
  describe(`Identities: ${name}`, () => {
    it(
      "[ME14] an account at a provider is one person's, a person has one of each, and goes with it, over a restart",
      withStore(open, async (fixture) => {
        await addPerson(fixture.ports, "kim");
        const { identities } = fixture.ports;
        const named = identityOf("a", { email: "kim@example.org" });
        expect(await identities.link(identityOf("x", { person: "nobody" }))).toBe(false);
        expect(await identities.link(named)).toBe(true);
        expect(await identities.link({ ...named, person: "own" })).toBe(false);
        expect(await identities.link(identityOf("b"))).toBe(false);
        const other = identityOf("a", { issuer: "https://other.example.org/", createdAt: 6 });
        expect(await identities.link(other)).toBe(true);
        const again = await fixture.reopen();
        expect(await again.identities.of("kim")).toEqual([named, other]);
        expect(await again.identities.find(ISSUER, "a")).toEqual(named);
        expect(await again.identities.find(ISSUER, "b")).toBeUndefined();
        await again.members.remove("main", "kim");
        expect(await again.identities.find(ISSUER, "a")).toBeUndefined();
      }),
    );

    it(
      "[ME15] the last way in stays, be it an account at a provider or a passkey",
      withStore(open, async ({ ports }) => {
        await addPerson(ports, "kim");
        const { identities, passkeys } = ports;
        await identities.link(identityOf("a"));
        expect(await identities.unlink("own", ISSUER)).toBe(false);
        await expect(identities.unlink("kim", ISSUER)).rejects.toMatchObject({ code: "last_way_in" });
        expect(await identities.of("kim")).toHaveLength(1);
        const key = { id: "k", person: "kim", credential: "c", publicKey: "p", counter: 0, name: "Key" };
        await passkeys.add({ ...key, createdAt: 5 }, 9);
        expect(await identities.unlink("kim", ISSUER)).toBe(true);
        await expect(passkeys.remove("kim", "k")).rejects.toMatchObject({ code: "last_way_in" });
        await identities.link(identityOf("a"));
        expect(await passkeys.remove("kim", "k")).toBe(true);
      }),
    );

    it(
      "[ME16] who is invited is let in with the oldest invitation that holds, once, and nobody else is",
      withStore(open, async ({ ports }) => {
        await addPerson(ports, "kim");
        const { identities, invitations, members } = ports;
        const { person: _, ...identity } = identityOf("a");
        const ann = { id: "p1", email: "ann@example.org", name: "Ann", createdAt: 7 };
        expect(await identities.admit(identity, ann, 7)).toBeUndefined();
        await invitations.offer(invitationOf("old", { expiresAt: 7 }));
        expect(await identities.admit(identity, ann, 7)).toBeUndefined();
        await invitations.offer(invitationOf("far", { workspace: "other", expiresAt: 102 }));
        await invitations.offer(invitationOf("new", { expiresAt: 101 }));
        const kim = { ...ann, email: "kim@example.org" };
        await invitations.offer(invitationOf("kim", { workspace: "other", email: kim.email }));
        expect(await identities.admit(identity, kim, 7)).toBeUndefined();
        const both = await Promise.all([
          identities.admit(identity, ann, 7),
          identities.admit(identity, { ...ann, id: "p2" }, 7),
        ]);
        const member = { workspace: "main", person: "p1", role: "operator", groups: ["north"], since: 7 };
        expect(both).toEqual([member, undefined]);
        expect(await identities.find(ISSUER, "a")).toEqual({ ...identity, person: "p1" });
        expect(await members.person("p1")).toEqual(ann);
        expect(await members.of("p1")).toHaveLength(1);
        expect(await invitations.list("main", 7)).toEqual([]);
        expect(await invitations.list("other", 7)).toHaveLength(2);
        const taken = { ...ann, id: "p3", email: "bob@example.org" };
        await invitations.offer(invitationOf("bob", { email: taken.email }));
        expect(await identities.admit(identity, taken, 7)).toBeUndefined();
        expect(await members.byEmail(taken.email)).toBeUndefined();
      }),
    );
  });
}
