import { describe, expect, it } from "vitest";
import type { PasskeyRecord } from "#ports";
import { type OpenFixture, withStore } from "./fixture.ts";
import { addPerson } from "./second-factor.ts";

const passkeyOf = (id: string, more: Partial<PasskeyRecord> = {}): PasskeyRecord => ({
  id,
  person: "kim",
  credential: `credential-${id}`,
  publicKey: "pQECAyYg",
  counter: 0,
  name: `Key ${id}`,
  createdAt: 5,
  ...more,
});

/** What every `Passkeys` must keep. */
export function passkeysContract(name: string, open: OpenFixture): void {
  describe(`Passkeys: ${name}`, () => {
    it(
      "[ME10] a passkey is found as it was added, by its credential and its person, over a restart",
      withStore(open, async (fixture) => {
        await addPerson(fixture.ports, "kim");
        const { passkeys } = fixture.ports;
        const [a, b] = [passkeyOf("a", { counter: 3 }), passkeyOf("b", { createdAt: 6 })];
        await passkeys.add(b, 9);
        await passkeys.add(a, 9);
        const again = (await fixture.reopen()).passkeys;
        expect(await again.of("kim")).toEqual([a, b]);
        expect(await again.of("own")).toEqual([]);
        expect(await again.byCredential("credential-a")).toEqual(a);
        expect(await again.byCredential("credential-c")).toBeUndefined();
        expect(await again.rename("own", "a", "Mine")).toBe(false);
        expect(await again.rename("kim", "a", "Phone")).toBe(true);
        expect(await again.byCredential("credential-a")).toEqual({ ...a, name: "Phone" });
      }),
    );

    it(
      "[ME11] a credential is added once, for who is there, so many for each",
      withStore(open, async ({ ports }) => {
        await addPerson(ports, "kim");
        const { passkeys } = ports;
        const conflict = { code: "conflict" };
        await passkeys.add(passkeyOf("a"), 2);
        const copy = passkeyOf("x", { credential: "credential-a", person: "own" });
        await expect(passkeys.add(copy, 2)).rejects.toMatchObject(conflict);
        await expect(passkeys.add(passkeyOf("x", { person: "nobody" }), 2)).rejects.toMatchObject(conflict);
        const both = await Promise.allSettled([
          passkeys.add(passkeyOf("b"), 2),
          passkeys.add(passkeyOf("c"), 2),
        ]);
        expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
        expect(await passkeys.of("kim")).toHaveLength(2);
      }),
    );

    it(
      "[ME12] a counter only goes on, for one of many at once; who does not count stays at 0",
      withStore(open, async (fixture) => {
        await addPerson(fixture.ports, "kim");
        const { passkeys } = fixture.ports;
        await passkeys.add(passkeyOf("a", { counter: 4 }), 9);
        await passkeys.add(passkeyOf("b"), 9);
        expect(await passkeys.use("a", 4, 7)).toBe(false);
        expect(await passkeys.use("a", 0, 7)).toBe(false);
        const all = await Promise.all(Array.from({ length: 8 }, () => passkeys.use("a", 6, 7)));
        expect(all.filter(Boolean)).toHaveLength(1);
        expect(await passkeys.use("b", 0, 8)).toBe(true);
        expect(await passkeys.use("b", 0, 9)).toBe(true);
        expect(await passkeys.use("b", 1, 10)).toBe(true);
        expect(await passkeys.use("b", 0, 11)).toBe(false);
        expect(await passkeys.use("none", 1, 11)).toBe(false);
        const again = (await fixture.reopen()).passkeys;
        expect(await again.of("kim")).toMatchObject([
          { counter: 6, usedAt: 7 },
          { counter: 1, usedAt: 10 },
        ]);
      }),
    );

    it(
      "[ME13] the last way in stays; with a password, or another passkey, one goes, and all go with their person",
      withStore(open, async ({ ports }) => {
        await addPerson(ports, "kim");
        const { passkeys, members } = ports;
        await passkeys.add(passkeyOf("a"), 9);
        await passkeys.add(passkeyOf("b"), 9);
        expect(await passkeys.remove("own", "a")).toBe(false);
        expect(await passkeys.remove("kim", "a")).toBe(true);
        expect(await passkeys.remove("kim", "a")).toBe(false);
        await expect(passkeys.remove("kim", "b")).rejects.toMatchObject({ code: "last_way_in" });
        expect(await passkeys.of("kim")).toHaveLength(1);
        await members.update({ id: "kim", name: "Kim", password: "hash" });
        expect(await passkeys.remove("kim", "b")).toBe(true);
        await passkeys.add(passkeyOf("c"), 9);
        await members.remove("main", "kim");
        expect(await passkeys.byCredential("credential-c")).toBeUndefined();
      }),
    );
  });
}
