import { describe, expect, it } from "vitest";
import type { TokenRecord } from "#ports";
import { type OpenFixture, withStore } from "./fixture.ts";

const tokenOf = (id: string, more: Partial<TokenRecord> = {}): TokenRecord => ({
  id,
  workspace: "main",
  name: `Token ${id}`,
  scopes: ["ingest", "view"],
  register: true,
  hash: id.repeat(64).slice(0, 64),
  createdAt: 5,
  ...more,
});

/** What every `Tokens` must keep. */
export function tokensContract(name: string, open: OpenFixture): void {
  describe(`Tokens: ${name}`, () => {
    it(
      "[TO1] a token is found by its hash and listed in its workspace, exactly as it was made",
      withStore(open, async (fixture) => {
        const { tokens } = fixture.ports;
        expect(await tokens.any()).toBe(false);
        const [a, b] = [tokenOf("a"), tokenOf("b", { expiresAt: 99, register: false, scopes: ["admin"] })];
        await tokens.create(a);
        await tokens.create(b);
        await tokens.create(tokenOf("c", { workspace: "other" }));
        expect(await tokens.byHash(b.hash)).toEqual(b);
        expect(await tokens.byHash("none")).toBeUndefined();
        expect(await tokens.list("main")).toEqual([a, b]);
        const again = (await fixture.reopen()).tokens;
        expect(await again.byHash(a.hash)).toEqual(a);
        expect(await again.any()).toBe(true);
      }),
    );

    it(
      "[TO2] an id or hash that exists is a conflict",
      withStore(open, async ({ ports: { tokens } }) => {
        await tokens.create(tokenOf("a"));
        await expect(tokens.create(tokenOf("a", { hash: "x" }))).rejects.toMatchObject({ code: "conflict" });
        await expect(tokens.create(tokenOf("b", { hash: tokenOf("a").hash }))).rejects.toMatchObject({
          code: "conflict",
        });
      }),
    );

    it(
      "[TO3] a revoked token is gone; another workspace cannot revoke it",
      withStore(open, async ({ ports: { tokens } }) => {
        await tokens.create(tokenOf("a"));
        expect(await tokens.revoke("other", "a")).toBe(false);
        expect(await tokens.revoke("main", "a")).toBe(true);
        expect(await tokens.revoke("main", "a")).toBe(false);
        expect(await tokens.byHash(tokenOf("a").hash)).toBeUndefined();
      }),
    );
  });
}

/** What every `Sessions` must keep. */
export function sessionsContract(name: string, open: OpenFixture): void {
  describe(`Sessions: ${name}`, () => {
    it(
      "[SE1] a session lasts over a restart until it is closed",
      withStore(open, async (fixture) => {
        const session = {
          hash: "abc",
          workspace: "main",
          scopes: ["admin" as const],
          createdAt: 1,
          expiresAt: 9,
        };
        expect(await fixture.ports.sessions.any()).toBe(false);
        await fixture.ports.sessions.open(session);
        const { sessions } = await fixture.reopen();
        expect(await sessions.byHash("abc")).toEqual(session);
        await sessions.close("abc");
        await sessions.close("abc");
        expect(await sessions.byHash("abc")).toBeUndefined();
        expect(await sessions.any()).toBe(true);
      }),
    );

    it(
      "[SE2] a link is redeemed once, by one of many who try at once, and not when it expired",
      withStore(open, async ({ ports: { sessions } }) => {
        const link = { hash: "l", workspace: "main", expiresAt: 100 };
        await sessions.offerLink(link);
        await sessions.offerLink({ ...link, hash: "old", expiresAt: 50 });
        const answers = await Promise.all([1, 2, 3].map(() => sessions.redeemLink("l", 60)));
        expect(answers.filter(Boolean)).toEqual([link]);
        expect(await sessions.redeemLink("old", 60)).toBeUndefined();
        expect(await sessions.redeemLink("never", 60)).toBeUndefined();
      }),
    );
  });
}
