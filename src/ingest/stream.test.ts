import { once } from "node:events";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { Problem } from "#wire";
import { openDoors, position, sending, type Doors } from "./testing/fakes.ts";

const open: Doors[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

/** A POST of NDJSON over a real socket, whose body is still to be written. */
const begin = async (
  doors: Doors,
): Promise<{ sent: ClientRequest; answer: Promise<Record<string, unknown>> }> => {
  open.push(doors);
  await doors.server.listen({ port: 0, host: "127.0.0.1" });
  const { port } = doors.server.server.address() as AddressInfo;
  const sent = request({
    port,
    host: "127.0.0.1",
    method: "POST",
    path: "/api/positions",
    headers: { ...sending, "content-type": "application/x-ndjson" },
  });
  const answer = once(sent, "response").then(async ([response]) => {
    const body = JSON.parse(await text(response as IncomingMessage)) as Record<string, unknown>;
    return { status: (response as IncomingMessage).statusCode, ...body };
  });
  return { sent, answer };
};

const line = (n: number): string => `${JSON.stringify(position(n / 100))}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join("");

/** Resolves when `done` says so, asked after each submission. */
const submitted = (doors: Doors, done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const { before } = doors.intake;
    doors.intake.before = async (submission) => {
      await before(submission);
      queueMicrotask(() => queueMicrotask(() => done() && resolve()));
    };
  });

describe("NDJSON over a socket", () => {
  it("[IB3] hands on what has arrived while the body is still being sent", async () => {
    const doors = openDoors();
    const first = submitted(doors, () => doors.intake.positions.length === 2);
    const { sent, answer } = await begin(doors);
    sent.write(lines(0, 2) + line(2).slice(0, 20));
    await first;
    sent.end(line(2).slice(20));
    expect(await answer).toEqual({ status: 200, accepted: 3, duplicate: 0, rejected: [] });
  });

  it("[IB4] takes lines that are cut anywhere, inside a character too", async () => {
    const doors = openDoors();
    const { sent, answer } = await begin(doors);
    const bytes = Buffer.from(`${JSON.stringify(position(1, { device: "ж-🚌" }))}\n`.repeat(3));
    for (let i = 0; i < bytes.length; i += 7) sent.write(bytes.subarray(i, i + 7));
    sent.end();
    expect(await answer).toMatchObject({ accepted: 1, duplicate: 2, rejected: [] });
  });

  it("[IB5] stops reading the socket while the disk is behind", async () => {
    const doors = openDoors();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    let full = (): void => undefined;
    const window = new Promise<void>((resolve) => {
      full = resolve;
    });
    doors.intake.before = async () => {
      begun += 1;
      if (begun === 4) full();
      await held;
    };
    const { sent, answer } = await begin(doors);
    const body = Buffer.from(lines(0, 100_000));
    let taken = false;
    sent.end(body, () => {
      taken = true;
    });
    await window;
    // All that was ready has been read by the time that a few turns of the loop have passed.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toBe(4);
    expect(taken).toBe(false);
    release();
    expect(await answer).toMatchObject({ status: 200, accepted: 100_000 });
  });

  it("[IA5] says what is durable when the disk fills in the middle, so that all may be sent again", async () => {
    const doors = openDoors();
    let seen = 0;
    doors.intake.before = async ({ positions }) => {
      seen += positions.length;
      if (seen > 3000) throw new Problem("storage_full", "the disk is full");
    };
    const { sent, answer } = await begin(doors);
    sent.end(lines(0, 20_000));
    const refused = await answer;
    expect(refused).toMatchObject({ status: 503, code: "storage_full", duplicate: 0 });
    expect(refused["accepted"]).toBe(doors.intake.positions.length);
    expect(doors.intake.positions.length).toBeGreaterThan(0);

    doors.intake.before = async () => undefined;
    const again = await doors.server.inject({
      method: "POST",
      url: "/api/positions",
      headers: { ...sending, "content-type": "application/x-ndjson" },
      payload: lines(0, 20_000),
    });
    expect(again.json()).toEqual({
      accepted: 20_000 - (refused["accepted"] as number),
      duplicate: refused["accepted"],
      rejected: [],
    });
  });

  it("[IB6] keeps what came before a broken connection", async () => {
    const doors = openDoors();
    const first = submitted(doors, () => doors.intake.positions.length === 5);
    const { sent, answer } = await begin(doors);
    const failed = answer.catch((error: unknown) => error);
    sent.write(lines(0, 5));
    await first;
    sent.destroy();
    expect(await failed).toBeInstanceOf(Error);
    expect(doors.intake.positions).toHaveLength(5);
  });

  it("[IB6] outlives a gzip body that is refused for its size and then cut", async () => {
    const doors = openDoors();
    open.push(doors);
    const cut = new Promise<void>((resolve) => {
      doors.server.addHook("onResponse", (incoming, _reply, done) => {
        incoming.raw.once("close", () => setImmediate(resolve)).destroy();
        done();
      });
    });
    await doors.server.listen({ port: 0, host: "127.0.0.1" });
    const { port } = doors.server.server.address() as AddressInfo;
    const sent = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/api/positions",
      headers: { ...sending, "content-type": "application/json", "content-encoding": "gzip" },
    });
    sent.on("error", () => undefined);
    const answer = once(sent, "response");
    // More than a body may hold once inflated, and never an end. An error that nobody hears would fail the run.
    sent.write(gzipSync(Buffer.alloc(40_000_000, " ")));
    const [response] = (await answer) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    response.resume();
    await cut;
    sent.destroy();
  });

  it("[IB7] lets others have their turn while it refuses a body full of nonsense", async () => {
    const doors = openDoors();
    open.push(doors);
    for (const [type, body] of [
      ["application/x-ndjson", "x\n".repeat(200_000)],
      ["application/json", `[${"1,".repeat(200_000)}1]`],
    ] as const) {
      const count = { turns: 0, over: false };
      const answer = doors.server
        .inject({
          method: "POST",
          url: "/api/positions",
          headers: { ...sending, "content-type": type },
          payload: body,
        })
        .finally(() => {
          count.over = true;
        });
      while (!count.over) {
        await new Promise((resolve) => setImmediate(resolve));
        count.turns += 1;
      }
      expect((await answer).json<{ rejectedTotal: number }>().rejectedTotal).toBeGreaterThanOrEqual(200_000);
      expect(count.turns).toBeGreaterThan(100);
    }
  });
});
