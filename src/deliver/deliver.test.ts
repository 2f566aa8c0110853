import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertOf, eventOf, targetOf, until } from "#ports/contract";
import { alertId, type Target } from "#wire";
import { createDeliver, type Deliver, type DeliverOptions } from "./deliver.ts";
import { generateVapidKeys } from "./push.ts";
import { MemoryOutbox, OutboxDisk } from "./testing/memory-outbox.ts";
import { realClock } from "./testing/real-clock.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";

let receiver: Receiver;
let outbox: MemoryOutbox;
let deliver: Deliver;
const logged: string[] = [];
const key = { workspace: "main", target: "a" };

function open(more: Partial<DeliverOptions> = {}): Deliver {
  const log = (details: object, message: string): void =>
    void logged.push(JSON.stringify([message, details]));
  return createDeliver({
    outbox,
    targets: outbox.targets,
    clock: realClock,
    random: () => 0,
    logger: { info: log, warn: log, error: log },
    settings: { allowPrivateTargets: true, recordEvery: 1, source: "https://track.example" },
    ...more,
  });
}

beforeEach(async () => {
  logged.length = 0;
  receiver = await startReceiver();
  outbox = new MemoryOutbox(new OutboxDisk());
  deliver = open();
});
afterEach(async () => {
  await deliver.close();
  await receiver.close();
});

const hook = (more: Partial<Target> = {}): Target => targetOf("a", "main", { url: receiver.url, ...more });

/** Resolves once so many requests have arrived; the receiver answers them as before. */
function arrived(count: number): Promise<void> {
  const { answer } = receiver;
  const { promise, resolve } = Promise.withResolvers<void>();
  receiver.answer = (received, response) => {
    answer(received, response);
    if (receiver.received.length >= count) resolve();
  };
  return promise;
}

async function raise(...ids: readonly string[]): Promise<void> {
  const events = ids.map((id) => eventOf(id, "bus", 1_700_000_000_000));
  await outbox.commit({ alerts: events.map((event) => alertOf(event, "a")), followUps: [] });
  deliver.wake();
}

describe("delivery over real HTTP", () => {
  it("[DL1] brings alerts of a commit to a receiver, signed, in order, with the names of things", async () => {
    await deliver.close();
    deliver = open({ names: ({ device }) => ({ device: device.toUpperCase() }) });
    const created = await deliver.targets.create(hook({ secrets: [] } as Partial<Target>));
    const two = arrived(2);
    await raise("1", "2");
    await two;
    const [secret = ""] = created.kind === "webhook" ? created.secrets : [];
    expect(secret).toMatch(/^whsec_/);
    for (const [i, { body, headers }] of receiver.received.entries()) {
      const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(verified).toMatchObject({ id: `${i + 1}`, data: { device: { id: "bus", name: "BUS" } } });
      expect(headers["webhook-id"]).toBe(alertId(`${i + 1}`, "a"));
    }
    await deliver.close();
    expect(await deliver.outbox.list({ workspace: "main", limit: 9 })).toMatchObject([
      { state: "sent", lastStatus: 204 },
      { state: "sent", lastStatus: 204 },
    ]);
  });

  it("[DL5] retries a failure within a second under the same id", async () => {
    await deliver.targets.create(hook());
    receiver.answer = (_, response) =>
      void response.writeHead(receiver.received.length < 2 ? 500 : 200).end();
    const two = arrived(2);
    const start = performance.now();
    await raise("1");
    await two;
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("[DL11] sends again what is re-driven", async () => {
    await deliver.targets.create(hook());
    const first = arrived(1);
    await raise("1");
    await first;
    // The answer has still to arrive.
    await until(async () => (await deliver.figures()).targets[0]?.inFlight === 0);
    const second = arrived(2);
    expect(await deliver.outbox.redrive({ ...key, since: 0, at: Date.now() })).toBe(1);
    await second;
    const unknown = deliver.outbox.redrive({ workspace: "main", target: "zzz", at: 1 });
    await expect(unknown).rejects.toMatchObject({ code: "unknown_target" });
  });

  it("[DL7] follows an edit of the address at once", async () => {
    await deliver.targets.create(hook({ url: "http://127.0.0.1:1/" } as Partial<Target>));
    await raise("1");
    const first = arrived(1);
    await deliver.targets.update(hook());
    await first;
    expect(receiver.received).toHaveLength(1);
  });

  it("[DL16] tests a target outside the queue and says what became of it", async () => {
    expect(await deliver.test(hook())).toEqual({ status: 204, duration: expect.any(Number) as number });
    expect(receiver.received[0]?.headers["webhook-id"]).toMatch(/^test_/);
    receiver.answer = (_, response) => void response.writeHead(418).end();
    expect(await deliver.test(hook())).toMatchObject({ status: 418, error: "answered 418" });
    const gone = hook({ url: "http://127.0.0.1:1/" } as Partial<Target>);
    expect(await deliver.test(gone)).toMatchObject({ error: "connection refused (ECONNREFUSED)" });
    const { targets } = await deliver.figures();
    expect(targets).toEqual([]);
  });

  it("[DL17] shows figures of each target", async () => {
    await deliver.targets.create(hook());
    const taken = arrived(1);
    await raise("1");
    await taken;
    await deliver.close();
    expect(await deliver.figures()).toEqual({
      targets: [
        {
          ...key,
          created: 1,
          queued: 0,
          sent: 1,
          failed: 0,
          dead: 0,
          dropped: 0,
          oldestAge: 0,
          inFlight: 0,
          held: 0,
          breaker: "closed",
        },
      ],
      others: undefined,
      unrecorded: 0,
    });
  });

  it("[DL17] sums up what is beyond 500 targets", async () => {
    for (let i = 0; i < 502; i++) {
      const target = `t${i}`;
      await outbox.targets.create(targetOf(target, "main", { enabled: false }));
      await outbox.commit({ alerts: [alertOf(eventOf("e", "bus", 1), target)], followUps: [] });
    }
    const { targets, others } = await deliver.figures();
    expect(targets).toHaveLength(500);
    expect(others).toMatchObject({ created: 2, queued: 2, sent: 0, dropped: 0 });
  });

  it("[TA4] logs neither addresses nor secrets", async () => {
    receiver.answer = (_, response) => void response.writeHead(410).end();
    await deliver.targets.create(hook({ url: `${receiver.url}/token-in-path` } as Partial<Target>));
    const first = arrived(1);
    await raise("1");
    await first;
    await deliver.close();
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toMatch(/token-in-path|127\.0\.0\.1|whsec/);
  });
});

describe("targets that cannot be sent to", () => {
  it("[SG1] are refused when they lie at a private address, and named", async () => {
    await deliver.close();
    deliver = open({ settings: {} });
    const keys = { p256dh: "", auth: "" };
    const kinds = [
      { url: "http://127.0.0.1:1/" },
      { url: "http://2130706433/" },
      { kind: "mqtt", url: "mqtt://0x7f.1", topic: "t", qos: 1 },
      { kind: "push", endpoint: "https://[::1]/x", keys },
    ];
    for (const kind of kinds) {
      const target = { ...hook(), ...kind } as Target;
      await expect(deliver.targets.create(target)).rejects.toMatchObject({ code: "invalid_target" });
      await expect(deliver.targets.update(target)).rejects.toMatchObject({ code: "invalid_target" });
    }
    await expect(deliver.targets.create(hook())).rejects.toThrow(
      '"127.0.0.1" cannot be reached from here: the host lies at a private address, and targets may not; ' +
        "WHEREABOUTS_ALLOW_PRIVATE_TARGETS=true allows it",
    );
  });

  it("[SG4] are not reached when their host turns out to lie at one", async () => {
    await deliver.close();
    const resolve = async (): Promise<{ address: string; family: number }[]> => [
      { address: "127.0.0.1", family: 4 },
    ];
    deliver = open({ settings: { recordEvery: 1 }, resolve });
    const url = receiver.url.replace("127.0.0.1", "inside.example");
    const target = await deliver.targets.create(hook({ url } as Partial<Target>));
    expect(await deliver.test(target)).toMatchObject({
      error: "the host lies at a private address, and targets may not",
    });
    expect(receiver.received).toEqual([]);
  });

  it("[TA3] are refused when there is no such host or port", async () => {
    for (const url of ["http://127.0.0.1:99999/", "http://1.2.3.4.5/", "http://a%00b/"]) {
      const creating = deliver.targets.create(hook({ url } as Partial<Target>));
      await expect(creating).rejects.toMatchObject({ code: "invalid_target" });
    }
  });

  it("[TA3] are refused when their kind is not set up; those that are there wait", async () => {
    const mail = { ...targetOf("a"), kind: "email", to: ["ada@example.org"] } as Target;
    await expect(deliver.targets.create(mail)).rejects.toThrow("no mail server is set up");
    expect(await deliver.test(mail)).toMatchObject({ error: "no mail server is set up" });
    const keys = { p256dh: "", auth: "" };
    const push = { ...targetOf("a"), kind: "push", endpoint: receiver.url, keys } as Target;
    await expect(deliver.targets.create(push)).rejects.toThrow("no keys for push services are set up");
    await deliver.close();
    deliver = open({ channels: { vapid: { subject: "mailto:a@b.c", ...generateVapidKeys() } } });
    expect(await deliver.targets.create(push)).toEqual(push);
  });
});
