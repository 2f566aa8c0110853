import { describe, expect, it } from "vitest";
import { joinFrame, timeBaseAt, writeBlock } from "#wire";
import { Gatherer } from "./gatherer.ts";
import { type LineSocket, LiveLine, type Probe } from "./live-line.ts";
import type { Delivery } from "./moves.ts";

const NOW = Date.UTC(2026, 4, 1);
const cell = { level: 4, cell: 4 * 16 + 8, bits: 24 };

/** A frame with devices at 7.5° east, 1° north. */
function frameOf(devices: readonly string[], { cursor = "c1", snapshot = true } = {}): ArrayBuffer {
  const positions = devices.map((device, index) => ({ index, device, lon: 7.5, lat: 1, time: NOW }));
  const base = timeBaseAt(NOW);
  const block = writeBlock({ channel: 0, cell, open: snapshot, gone: [], positions }, base);
  return joinFrame({ snapshot, more: false, cursor, base }, [block]).buffer;
}

class FakeSocket implements LineSocket {
  binaryType: "arraybuffer" | "blob" = "blob";
  readonly sent: unknown[] = [];
  isClosed = false;
  readonly #heard: Record<string, (event: never) => void> = {};

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#heard[type] = listener;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.#heard["open"]?.({} as never);
  }

  hear(data: unknown): void {
    this.#heard["message"]?.({ data } as never);
  }

  say(name: string, body: unknown): void {
    this.hear(JSON.stringify([name, body]));
  }

  break(code = 1006): void {
    this.#heard["close"]?.({ code } as never);
  }
}

/** A line on fake sockets, with a clock that goes on when it is told to. */
class Stage {
  readonly sockets: FakeSocket[] = [];
  answer: Probe = "welcome";
  online = true;
  now = NOW;
  readonly gatherer: Gatherer = new Gatherer();
  readonly line: LiveLine;
  #tasks: { readonly at: number; readonly task: () => void }[] = [];

  constructor() {
    this.line = new LiveLine(
      {
        open: () => {
          const socket = new FakeSocket();
          this.sockets.push(socket);
          return socket;
        },
        probe: async () => this.answer,
        now: () => this.now,
        after: (delay, task) => {
          const entry = { at: this.now + delay, task };
          this.#tasks.push(entry);
          return () => (this.#tasks = this.#tasks.filter((other) => other !== entry));
        },
        random: () => 0.5,
        isOnline: () => this.online,
      },
      this.gatherer,
      () => {},
    );
    this.line.watch([0, 0, 60, 60], 3);
    this.line.start();
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets time pass, and what was promised be kept. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      const next = this.#tasks.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.now = next.at;
      next.task();
    }
    this.now = end;
  }

  take(): Delivery {
    return this.gatherer.take() ?? {};
  }
}

const watched = (more: object = {}): unknown => [
  "watch",
  { bbox: [0, 0, 60, 60], zoom: 3, events: "all", ...more },
];

describe("LiveLine", () => {
  it("watches when it is open, and tells what frames and messages say", () => {
    const stage = new Stage();
    expect(stage.socket.sent).toEqual([]);
    stage.socket.open();
    expect(stage.socket.binaryType).toBe("arraybuffer");
    expect(stage.socket.sent).toEqual([watched()]);
    expect(stage.take()).toEqual({ state: "live" });
    stage.socket.hear(frameOf(["a", "b"]));
    stage.socket.say("event", { cursor: "c2", event: { id: "e" } });
    stage.socket.say("device", { device: "a", change: "deleted" });
    stage.socket.say("names", { names: [{ device: "a", name: "A" }] });
    const { moves, said, names } = stage.take();
    expect(moves?.named).toEqual(["a", "b"]);
    expect(moves?.lon[0]).toBeCloseTo(7.5, 4);
    expect(said?.map(([name]) => name)).toEqual(["event", "device"]);
    expect(names).toEqual([{ device: "a", name: "A" }]);
  });

  it("[LC2] comes back within a second and goes on with the newest cursor, of a frame or an event", async () => {
    const stage = new Stage();
    stage.socket.open();
    stage.socket.hear(frameOf(["a"], { cursor: "c1" }));
    stage.socket.say("event", { cursor: "c2", event: {} });
    stage.socket.break(1012);
    expect(stage.take().state).toBe("reconnecting");
    await stage.pass(1_000);
    expect(stage.sockets.length).toBe(2);
    stage.socket.open();
    expect(stage.socket.sent).toEqual([watched({ cursor: "c2" })]);
    // What is gone since is not in the snapshot.
    stage.socket.hear(frameOf(["b"], { cursor: "c3" }));
    expect(stage.take().moves).toMatchObject({ gone: new Uint32Array([0]), named: ["b"] });
  });

  it("[LC3] goes on from the cursor that comes with a reset, and says so", async () => {
    const stage = new Stage();
    stage.socket.open();
    stage.socket.hear(frameOf(["a"]));
    stage.socket.say("reset", { cursor: "c9", reason: "forgotten" });
    expect(stage.take().said).toEqual([["reset", { cursor: "c9", reason: "forgotten" }]]);
    stage.socket.break();
    await stage.pass(1_000);
    stage.socket.open();
    expect(stage.socket.sent).toEqual([watched({ cursor: "c9" })]);
  });

  it("[LA3] does not come back to a server that wants nobody back, whether it says so in words or by code", async () => {
    const inWords = new Stage();
    inWords.socket.open();
    inWords.socket.say("end", { reason: "revoked", comeBack: false });
    inWords.socket.break(1006);
    const byCode = new Stage();
    byCode.socket.open();
    byCode.socket.break(4001);
    for (const stage of [inWords, byCode]) {
      expect(stage.take()).toMatchObject({ state: "ended", over: "ended" });
      await stage.pass(60_000);
      stage.line.online();
      expect(stage.sockets.length).toBe(1);
    }
  });

  it("waits longer with each try, until a frame came", async () => {
    const stage = new Stage();
    stage.answer = "unreachable";
    let tries = 0;
    for (let round = 0; round < 8; round++) {
      tries = stage.sockets.length;
      stage.socket.break();
      await stage.pass(1_000);
      if (stage.sockets.length === tries) await stage.pass(5_000);
    }
    expect(stage.sockets.length).toBe(9);
    tries = stage.sockets.length;
    stage.socket.break();
    await stage.pass(1_000);
    expect(stage.sockets.length).toBe(tries);
    await stage.pass(5_000);
    stage.socket.open();
    stage.socket.hear(frameOf([]));
    tries = stage.sockets.length;
    stage.socket.break();
    await stage.pass(1_000);
    expect(stage.sockets.length).toBe(tries + 1);
  });

  it("counts as blocked when two handshakes fail while the server can be reached, and not before", async () => {
    const stage = new Stage();
    stage.answer = "unreachable";
    for (let round = 0; round < 5; round++) {
      stage.socket.break();
      await stage.pass(6_000);
    }
    expect(stage.take().over).toBeUndefined();
    stage.answer = "welcome";
    stage.socket.break();
    await stage.pass(6_000);
    expect(stage.take().over).toBeUndefined();
    stage.socket.break();
    await stage.pass(0);
    expect(stage.take().over).toBe("blocked");
  });

  it("is over when a handshake fails and the server refuses the page as well", async () => {
    const stage = new Stage();
    stage.answer = "refused";
    stage.socket.break();
    await stage.pass(0);
    expect(stage.take()).toMatchObject({ state: "ended", over: "ended" });
  });

  it("gives a handshake up that nobody answers", async () => {
    const stage = new Stage();
    await stage.pass(16_000);
    expect(stage.sockets[0]?.isClosed).toBe(true);
    expect(stage.sockets.length).toBe(2);
  });

  it("asks a silent server whether it is there, and leaves one that does not answer", async () => {
    const stage = new Stage();
    stage.socket.open();
    stage.socket.hear(frameOf([]));
    await stage.pass(26_000);
    expect(stage.socket.sent).toContainEqual(["ping", null]);
    stage.socket.say("pong", {});
    await stage.pass(20_000);
    expect(stage.sockets.length).toBe(1);
    await stage.pass(30_000);
    expect(stage.sockets[0]?.isClosed).toBe(true);
    expect(stage.sockets.length).toBe(2);
  });

  it("[FB8] makes the connection anew after bytes that no server sends", async () => {
    const stage = new Stage();
    stage.socket.open();
    stage.socket.hear(new Uint8Array([1, 2, 3]).buffer);
    expect(stage.sockets[0]?.isClosed).toBe(true);
    await stage.pass(1_000);
    expect(stage.sockets.length).toBe(2);
    stage.sockets[0]?.hear(frameOf(["late"]));
    expect(stage.take().moves).toBeUndefined();
  });

  it("[LH2] tells a view that moves all the time a few times a second, the last one always", async () => {
    const stage = new Stage();
    stage.socket.open();
    for (let step = 1; step <= 100; step++) {
      stage.line.watch([0, 0, step, step], 3);
      await stage.pass(10);
    }
    await stage.pass(200);
    expect(stage.socket.sent.length).toBeLessThanOrEqual(9);
    expect(stage.socket.sent.at(-1)).toMatchObject(["watch", { bbox: [0, 0, 100, 100] }]);
    stage.socket.say("problem", { code: "too_many_requests" });
    const before = stage.socket.sent.length;
    await stage.pass(1_000);
    expect(stage.socket.sent.length).toBe(before + 1);
  });

  it("says that the browser is offline, and connects at once when it is back", () => {
    const stage = new Stage();
    stage.socket.open();
    stage.online = false;
    stage.socket.break();
    expect(stage.take().state).toBe("offline");
    stage.online = true;
    stage.line.online();
    expect(stage.sockets.length).toBe(2);
  });
});
