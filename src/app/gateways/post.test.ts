import { duplexPair } from "node:stream";
import { describe, expect, it } from "vitest";
import { Post } from "./post.ts";

/** Both ends of a pipe, one of which passes bytes on in pieces of a size. */
function ends(size: number): {
  send: (letter: unknown) => void;
  got: unknown[];
  wait: (n: number) => Promise<void>;
} {
  const [one, other] = duplexPair();
  const got: unknown[] = [];
  let changed = (): void => undefined;
  const reader = new Post<unknown, unknown>(other, (letter) => {
    got.push(letter);
    changed();
  });
  expect(reader.waiting).toBe(0);
  const [left, right] = duplexPair();
  left.on("data", (bytes: Buffer) => {
    for (let i = 0; i < bytes.length; i += size) one.write(bytes.subarray(i, i + size));
  });
  const writer = new Post<unknown, unknown>(right, () => undefined);
  const wait = (n: number): Promise<void> =>
    new Promise((resolve) => {
      changed = () => void (got.length >= n && resolve());
      changed();
    });
  return { send: (letter) => writer.send(letter), got, wait };
}

describe("letters over a pipe", () => {
  it.each([1, 3, 7, 100_000])("come whole and in order, in pieces of %i bytes", async (size) => {
    const { send, got, wait } = ends(size);
    const letters = [
      { a: 1 },
      "",
      { list: Array.from({ length: 500 }, (_, i) => i) },
      undefined,
      { date: new Date(5) },
    ];
    for (const letter of letters) send(letter);
    await wait(letters.length);
    expect(got).toEqual(letters);
  });
});
