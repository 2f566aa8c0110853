import { describe, expect, it } from "vitest";
import type { Problem } from "#wire";
import { Remote } from "./remote.ts";

type Nothing = { readonly ask: (argument: null) => void };

describe("a thread", () => {
  it("[TH1] that cannot start rejects what waits for it and everything later, and tells it once", async () => {
    const told: Problem[] = [];
    const thread = new Remote<Nothing>("odd", "./no-such-module", {
      onDeath: (problem) => told.push(problem),
    });
    const waiting = thread.call("ask", null);
    await expect(waiting).rejects.toMatchObject({ code: "storage_failed" });
    await expect(waiting).rejects.toThrow(/^The odd thread of the store died: /);
    await expect(thread.call("ask", null)).rejects.toMatchObject({ code: "storage_failed" });
    await thread.close();
    await thread.close();
    expect(told).toHaveLength(1);
  });

  it("[TH2] that ends without an answer rejects what waits for it", async () => {
    const thread = new Remote<Nothing>("short", "./once");
    await expect(thread.call("ask", null)).rejects.toThrow("The short thread of the store ended with code 0");
    expect(thread.waiting).toBe(0);
    await thread.close();
  });

  it("[TH3] answers calls in order, and an unknown one by name", async () => {
    const thread = new Remote<Nothing>("log", "./log-thread");
    await expect(thread.call("ask", null)).rejects.toThrow("unknown call ask");
    await thread.close();
    await expect(thread.call("ask", null)).rejects.toMatchObject({ code: "storage_failed" });
  });
});
