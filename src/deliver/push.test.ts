import {
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  type ECDH,
  randomBytes,
  verify,
} from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventOf, targetOf } from "#ports/contract";
import type { Target } from "#wire";
import type { VapidChannel } from "./channels.ts";
import { Guard } from "./guard.ts";
import type { Message, SendResult } from "./message.ts";
import { Poster } from "./post.ts";
import { createPushSender, generateVapidKeys } from "./push.ts";
import { messageOf } from "./testing/messages.ts";
import { realClock } from "./testing/real-clock.ts";
import { type Received, type Receiver, startReceiver } from "./testing/receiver.ts";

type Browser = Extract<Target, { kind: "push" }>;

const hmac = (key: Buffer, ...parts: (Buffer | string)[]): Buffer => {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** A browser's side of RFC 8291: one record of aes128gcm. */
function decrypt(browser: ECDH, auth: Buffer, body: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const server = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  const one = Buffer.from([1]);
  const shared = hmac(auth, browser.computeSecret(server));
  const input = hmac(shared, "WebPush: info\0", browser.getPublicKey(), server, one);
  const master = hmac(salt, input);
  const key = hmac(master, "Content-Encoding: aes128gcm\0", one).subarray(0, 16);
  const nonce = hmac(master, "Content-Encoding: nonce\0", one).subarray(0, 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const text = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  expect(text.at(-1)).toBe(2);
  return text.subarray(0, -1).toString();
}

/** The claims of a signed `Authorization: vapid` header, once its signature is found right. */
function claimsOf({ headers }: Received, publicKey: string): Record<string, unknown> {
  const [, token = "", key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(String(headers.authorization)) ?? [];
  expect(key).toBe(publicKey);
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(publicKey, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", x: x!, y: y! };
  const verifier = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  expect(
    verify("sha256", Buffer.from(`${head}.${claims}`), verifier, Buffer.from(signature, "base64url")),
  ).toBe(true);
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

const browser = createECDH("prime256v1");
browser.generateKeys();
const auth = randomBytes(16);
const vapid: VapidChannel = { subject: "mailto:ops@track.example", ...generateVapidKeys() };
let receiver: Receiver;
let poster: Poster;

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer = (_, response) => void response.writeHead(201).end();
  poster = new Poster(new Guard({ allowPrivateTargets: true }), realClock, 4);
});
afterEach(async () => {
  poster.close();
  await receiver.close();
});

function send(more: Partial<Message> = {}): Promise<SendResult> {
  const keys = { p256dh: browser.getPublicKey("base64url"), auth: auth.toString("base64url") };
  const kind = { kind: "push", endpoint: `${receiver.url}/send/abc`, keys } as const;
  const target = { ...targetOf("a"), ...kind } as Browser;
  return createPushSender(poster, vapid).send(target, messageOf(more), new AbortController().signal, 0);
}

describe("a push message", () => {
  it("[PU1] is encrypted for the browser and signed by the server", async () => {
    expect(await send()).toEqual({ status: 201 });
    const [received = expect.fail()] = receiver.received;
    const { headers, body, path } = received;
    expect(path).toBe("/send/abc");
    expect(headers).toMatchObject({ ttl: "259200", urgency: "high", "content-encoding": "aes128gcm" });
    const { aud, sub, exp } = claimsOf(received, vapid.publicKey);
    expect([aud, sub]).toEqual([receiver.url, "mailto:ops@track.example"]);
    expect(Number(exp)).toBeLessThan(Date.now() / 1_000 + 86_400);
    expect(JSON.parse(decrypt(browser, auth, body))).toEqual({
      title: "Bus 7 entered Depot",
      body: "2023-11-14T22:13:20.000Z",
      tag: messageOf().id,
      type: "enter",
      event: "event-1",
      device: "bus-7",
      fence: "f1",
      time: "2023-11-14T22:13:20.000Z",
    });
  });

  it("[PU1] is signed with keys of the lengths that browsers take", () => {
    for (let i = 0; i < 600; i++) {
      const { publicKey, privateKey } = generateVapidKeys();
      expect([publicKey.length, privateKey.length]).toEqual([87, 43]);
    }
  });

  it("[PU2] fits into one record, whatever ids and texts hold", async () => {
    const wide = "\u{1F68C}".repeat(64);
    const event = eventOf("e".repeat(32), wide, 1, { fence: wide });
    await send({ event, text: "\u{1F68C}".repeat(5_000) });
    expect(receiver.received[0]!.body.length).toBeLessThanOrEqual(4_096);
  });

  it("[PU3] is never tried again at a subscription that is gone, nor when it is too long", async () => {
    const answered = async (status: number): Promise<unknown> => {
      receiver.answer = (_, response) => void response.writeHead(status).end();
      return send();
    };
    expect(await answered(404)).toMatchObject({ status: 404, never: "target" });
    expect(await answered(410)).toMatchObject({ status: 410, never: "target" });
    expect(await answered(413)).toMatchObject({ status: 413, never: "message" });
    expect(await answered(403)).toEqual({ status: 403, error: "answered 403" });
  });
});
