import { findForbiddenKey } from "./keys.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import type { Target, TargetKind } from "./target.ts";
import {
  type Bag,
  given,
  isBag,
  isText,
  readEmail,
  readMqtt,
  readPush,
  readWebhook,
  TARGET_LIMITS,
  wrong,
} from "./target-readers.ts";

/** What a person says of a target. A webhook without `secrets` gets one made when it is stored. */
export type TargetInput = TargetKind & { readonly name?: string; readonly enabled?: boolean };

/** Of every kind; the last three are the server's and not read, so that an answer can be sent back as it is. */
const COMMON: ReadonlySet<string> = new Set(["kind", "name", "enabled", "id", "createdAt", "updatedAt"]);
const OWN: Readonly<Record<TargetKind["kind"], readonly string[]>> = {
  webhook: ["url", "secret", "secrets"],
  email: ["to"],
  mqtt: ["url", "topic", "qos", "username", "password", "hasPassword"],
  push: ["subscription", "endpoint", "keys"],
};

const isKind = (value: unknown): value is TargetKind["kind"] =>
  typeof value === "string" && Object.hasOwn(OWN, value);

/**
 * The fields of a stored target that an edit does not name. A password stays with its broker and the keys with their
 * browser: an edit of the address alone must not send them elsewhere.
 */
const inherited = (stored: Target, edit: Bag): Bag => {
  switch (stored.kind) {
    case "webhook": {
      const { url, secrets } = stored;
      return { url, ...(!given(edit["secret"]) && !given(edit["secrets"]) && { secrets }) };
    }
    case "email":
      return { to: stored.to };
    case "mqtt": {
      const { url, topic, qos, username, password } = stored;
      const same = (edit["url"] ?? url) === url && (edit["username"] ?? username) === username;
      return { url, topic, qos, username, ...(same && { password }) };
    }
    case "push":
      break;
  }
  const { endpoint, keys } = stored;
  return { endpoint, ...((edit["endpoint"] ?? endpoint) === endpoint && { keys }) };
};

const withoutNulls = (value: Bag): Bag =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => given(one)));

const readKind = (kind: TargetKind["kind"], value: Bag): TargetKind | Refusal => {
  switch (kind) {
    case "webhook":
      return readWebhook(value);
    case "email":
      return readEmail(value);
    case "mqtt":
      return readMqtt(value);
    case "push":
      break;
  }
  return readPush(value);
};

/**
 * Decodes what a person says of a target: `{"kind":"webhook","url","secret"?|"secrets"?}`, `{"kind":"email","to"}`,
 * `{"kind":"mqtt","url","topic","qos"?,"username"?,"password"?}`, `{"kind":"push","subscription":{"endpoint","keys"}}`,
 * each with `name`? and `enabled`?. With `stored`, an edit of that one: fields that are not named stay as they are, as
 * long as the kind does; an empty password takes the stored one away. Never throws.
 */
export const decodeTarget = (value: unknown, stored?: Target): TargetInput | Refusal => {
  if (!isBag(value)) return refuse("invalid_target", `a target is ${show(value)}; expected an object`);
  const forbidden = findForbiddenKey(value);
  if (forbidden !== undefined) {
    return refuse("forbidden_key", `the target has the key ${show(forbidden)}, which is not allowed`);
  }
  const edit = withoutNulls(value);
  const kind = edit["kind"] ?? stored?.kind;
  if (!isKind(kind)) return wrong("kind", kind, '"webhook", "email", "mqtt" or "push"');
  const unknown = Object.keys(edit).find((key) => !COMMON.has(key) && !OWN[kind].includes(key));
  if (unknown !== undefined) {
    return refuse("invalid_target", `${show(unknown)} is no property of a target of the kind ${kind}`);
  }
  const read = readKind(kind, stored?.kind === kind ? { ...inherited(stored, edit), ...edit } : edit);
  if (isRefusal(read)) return read;
  const { name, enabled } = edit;
  if (given(name) && name !== "" && !isText(name, TARGET_LIMITS.name)) {
    return wrong("name", name, `at most ${TARGET_LIMITS.name} printable characters`);
  }
  if (given(enabled) && typeof enabled !== "boolean") return wrong("enabled", enabled, "true or false");
  return {
    ...read,
    ...(typeof name === "string" && name !== "" && { name }),
    ...(typeof enabled === "boolean" && { enabled }),
  };
};
