import { isPrintable } from "./names.ts";
import { refuse, show, type Refusal } from "./refusal.ts";
import type { TargetKind } from "./target.ts";

/** Bounds of what a target is made of; lengths in UTF-16 code units. */
export const TARGET_LIMITS: {
  readonly name: number;
  readonly url: number;
  readonly secrets: number;
  readonly secret: number;
  readonly recipients: number;
  readonly address: number;
  readonly topic: number;
  readonly credential: number;
} = {
  name: 200,
  url: 2_048,
  secrets: 5,
  secret: 512,
  recipients: 50,
  address: 254,
  topic: 256,
  credential: 512,
};

/** A parsed JSON object. */
export type Bag = Readonly<Record<string, unknown>>;

/** Is it an object, not a list? */
export const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON has `null` for what is not there. */
export const given = (value: unknown): boolean => value !== undefined && value !== null;

/** Refuses a value that may be shown. */
export const wrong = (field: string, value: unknown, expected: string): Refusal =>
  refuse("invalid_target", `${field} is ${show(value)}; expected ${expected}`);

/** A secret is never shown, not even a wrong one. */
const wrongSecret = (field: string, why: string): Refusal => refuse("invalid_target", `${field} ${why}`);

/** A text of 1 to `most` printable characters? */
export const isText = (value: unknown, most: number): value is string =>
  typeof value === "string" && value.length >= 1 && value.length <= most && isPrintable(value);

/** Scheme, and an authority without `@` (credentials would end in logs) and without what parsers disagree about. */
const HTTP_URL = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[^\s/?#@\\[\]:]+)(?::\d{1,5})?(?:[/?#][^\s\\]*)?$/iu;
const BROKER_URL = /^mqtts?:\/\/(?:\[[0-9a-f:.]+\]|[^\s/?#@\\[\]:]+)(?::\d{1,5})?\/?$/iu;

const readUrl = (field: string, value: unknown, pattern: RegExp, schemes: string): string | Refusal => {
  if (typeof value === "string" && value.length > TARGET_LIMITS.url) {
    return refuse(
      "invalid_target",
      `${field} has ${value.length} characters; at most ${TARGET_LIMITS.url} are kept`,
    );
  }
  if (typeof value === "string" && /^[a-z]+:\/\/[^/?#]*@/i.test(value)) {
    return refuse("invalid_target", `${field} holds credentials before an @, which are not allowed there`);
  }
  if (typeof value === "string" && isPrintable(value) && pattern.test(value)) return value;
  return wrong(field, value, `an address that begins with ${schemes}`);
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

const readSecret = (field: string, value: unknown): string | Refusal => {
  if (!isText(value, TARGET_LIMITS.secret)) {
    return wrongSecret(field, `is not a text of 1 to ${TARGET_LIMITS.secret} printable characters`);
  }
  const [, key] = /^whsec_(.*)$/.exec(value) ?? [];
  if (key === undefined || (key !== "" && BASE64.test(key))) return value;
  return wrongSecret(
    field,
    "begins with whsec_, but what follows is not base64; text without that beginning is taken as it is",
  );
};

const readSecrets = (value: Bag): readonly string[] | Refusal => {
  const { secret, secrets } = value;
  if (given(secrets) && !Array.isArray(secrets)) {
    return wrongSecret("secrets", "is not a list of texts, the newest first");
  }
  const all: unknown[] = Array.isArray(secrets) ? [...(secrets as unknown[])] : [];
  if (given(secret) && !all.includes(secret)) all.unshift(secret);
  if (all.length > TARGET_LIMITS.secrets) {
    return wrongSecret("secrets", `has ${all.length} of them; at most ${TARGET_LIMITS.secrets} sign`);
  }
  const read: string[] = [];
  for (const [i, one] of all.entries()) {
    const secret = readSecret(all.length === 1 ? "secret" : `secrets[${i}]`, one);
    if (typeof secret !== "string") return secret;
    if (!read.includes(secret)) read.push(secret);
  }
  return read;
};

/** `local@domain` without quotes, comments, display name or anything that could begin another header. */
const ADDRESS = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@"(),:;<>[\]\\]+$/u;

const readRecipients = (value: unknown): readonly string[] | Refusal => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > TARGET_LIMITS.recipients) {
    return wrong("to", value, `1 to ${TARGET_LIMITS.recipients} mail addresses`);
  }
  const read: string[] = [];
  for (const one of list) {
    if (!isText(one, TARGET_LIMITS.address) || !ADDRESS.test(one)) {
      return wrong("to", one, "a mail address such as ada@example.org, without a name");
    }
    if (!read.includes(one)) read.push(one);
  }
  return read;
};

const readTopic = (value: unknown): string | Refusal => {
  const braces = typeof value === "string" ? value.replaceAll(/\{(?:device|type)\}/g, "") : "";
  if (isText(value, TARGET_LIMITS.topic) && !/[+#{}]/.test(braces) && !value.startsWith("$")) return value;
  return wrong(
    "topic",
    value,
    `1 to ${TARGET_LIMITS.topic} characters without + and #, in which {device} and {type} may stand`,
  );
};

/** Reads a webhook; `secrets` is empty where none is given. */
export const readWebhook = (value: Bag): TargetKind | Refusal => {
  const url = readUrl("url", value["url"], HTTP_URL, "http:// or https://");
  if (typeof url !== "string") return url;
  const secrets = readSecrets(value);
  return "code" in secrets ? secrets : { kind: "webhook", url, secrets };
};

/** Reads recipients: one, or a list. */
export const readEmail = (value: Bag): TargetKind | Refusal => {
  const to = readRecipients(value["to"]);
  return "code" in to ? to : { kind: "email", to };
};

/** Reads a topic of a broker. */
export const readMqtt = (value: Bag): TargetKind | Refusal => {
  const url = readUrl("url", value["url"], BROKER_URL, "mqtt:// or mqtts:// and has no path");
  if (typeof url !== "string") return url;
  const topic = readTopic(value["topic"]);
  if (typeof topic !== "string") return topic;
  const qos = value["qos"] ?? 1;
  if (qos !== 0 && qos !== 1 && qos !== 2) return wrong("qos", qos, "0, 1 or 2");
  const { username, password } = value;
  if (given(username) && !isText(username, TARGET_LIMITS.credential)) {
    return wrong("username", username, `1 to ${TARGET_LIMITS.credential} printable characters`);
  }
  if (given(password) && password !== "" && !isText(password, TARGET_LIMITS.credential)) {
    return wrongSecret(
      "password",
      `is not a text of at most ${TARGET_LIMITS.credential} printable characters`,
    );
  }
  return {
    kind: "mqtt",
    url,
    topic,
    qos,
    ...(typeof username === "string" && { username }),
    ...(typeof password === "string" && password !== "" && { password }),
  };
};

/** An uncompressed point of P-256 (65 bytes) and 16 random bytes, in base64url. */
const P256DH = /^[A-Za-z0-9_-]{87}=?$/;
const AUTH = /^[A-Za-z0-9_-]{22}(?:==)?$/;

/** Reads the subscription of a browser, as it is or under `subscription`. */
export const readPush = (value: Bag): TargetKind | Refusal => {
  const subscription = value["subscription"] ?? value;
  if (!isBag(subscription)) {
    return wrong("subscription", subscription, "what PushManager.subscribe() gave, as JSON");
  }
  const endpoint = readUrl("subscription.endpoint", subscription["endpoint"], HTTP_URL, "https://");
  if (typeof endpoint !== "string") return endpoint;
  const keys = subscription["keys"];
  const { p256dh, auth } = isBag(keys) ? keys : {};
  if (typeof p256dh !== "string" || !P256DH.test(p256dh)) {
    return wrongSecret("subscription.keys.p256dh", "is not base64url of 65 bytes");
  }
  if (typeof auth !== "string" || !AUTH.test(auth)) {
    return wrongSecret("subscription.keys.auth", "is not base64url of 16 bytes");
  }
  return { kind: "push", endpoint, keys: { p256dh: p256dh.slice(0, 87), auth: auth.slice(0, 22) } };
};
