import { describe, expect, it } from "vitest";
import { type OpenFixture, type StorePorts, withStore } from "./fixture.ts";

/** Makes somebody who is a viewer of `main`, beside an owner. */
export const addPerson = async ({ invitations }: StorePorts, id: string): Promise<void> => {
  for (const [one, role] of [
    ["own", "owner"],
    [id, "viewer"],
  ] as const) {
    const membership = { workspace: "main", email: `${one}@example.org`, role };
    await invitations.offer({ id: one, ...membership, hash: `hash-${one}`, createdAt: 1, expiresAt: 100 });
    await invitations.accept(`hash-${one}`, { id: one, name: one, createdAt: 2 }, 2);
  }
};

/** What every `SecondFactors` must keep. */
export function secondFactorsContract(name: string, open: OpenFixture): void {
  describe(`SecondFactors: ${name}`, () => {
    const kim = { person: "kim", secret: "GEZDGNBV", createdAt: 5 };

    it(
      "[ME7] an authenticator is on from the moment that it was turned on, once, for who is there, over a restart",
      withStore(open, async (fixture) => {
        const { factors } = fixture.ports;
        expect(await factors.turnOn(kim, 7, ["a"])).toBe(false);
        await addPerson(fixture.ports, "kim");
        expect(await factors.totp("kim")).toBeUndefined();
        expect(await factors.turnOn(kim, 7, ["a", "b"])).toBe(true);
        expect(await factors.turnOn({ ...kim, secret: "OTHER" }, 9, ["c"])).toBe(false);
        const again = (await fixture.reopen()).factors;
        expect(await again.totp("kim")).toEqual({ ...kim, codesLeft: 2 });
        expect(await again.totp("own")).toBeUndefined();
        expect(await again.turnOff("kim")).toBe(true);
        expect(await again.turnOff("kim")).toBe(false);
        expect(await again.totp("kim")).toBeUndefined();
        expect(await again.useStep("kim", 99)).toBe(false);
        expect(await again.useCode("kim", "a")).toBe(false);
      }),
    );

    it(
      "[ME8] the code of a step is used once, by one of many at once, and none of an earlier step after it",
      withStore(open, async (fixture) => {
        await addPerson(fixture.ports, "kim");
        const { factors } = fixture.ports;
        await factors.turnOn(kim, 7, []);
        expect(await factors.useStep("kim", 7)).toBe(false);
        const all = await Promise.all(Array.from({ length: 8 }, () => factors.useStep("kim", 9)));
        expect(all.filter(Boolean)).toHaveLength(1);
        const again = (await fixture.reopen()).factors;
        expect(await again.useStep("kim", 9)).toBe(false);
        expect(await again.useStep("kim", 8)).toBe(false);
        expect(await again.useStep("kim", 10)).toBe(true);
      }),
    );

    it(
      "[ME9] a recovery code is used once, by its person, and goes when others take its place or the person goes",
      withStore(open, async ({ ports }) => {
        await addPerson(ports, "kim");
        const { factors, members } = ports;
        expect(await factors.replaceCodes("kim", ["a"])).toBe(false);
        await factors.turnOn(kim, 7, ["a", "b"]);
        await factors.turnOn({ ...kim, person: "own" }, 7, ["c"]);
        expect(await factors.useCode("kim", "c")).toBe(false);
        expect(await Promise.all([factors.useCode("kim", "a"), factors.useCode("kim", "a")])).toEqual([
          true,
          false,
        ]);
        expect(await factors.replaceCodes("kim", ["d"])).toBe(true);
        expect(await factors.useCode("kim", "b")).toBe(false);
        expect(await factors.totp("kim")).toMatchObject({ codesLeft: 1 });
        await members.remove("main", "kim");
        expect(await factors.totp("kim")).toBeUndefined();
        expect(await factors.useCode("kim", "d")).toBe(false);
        expect(await factors.totp("own")).toMatchObject({ codesLeft: 1 });
      }),
    );
  });
}
