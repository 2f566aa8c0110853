import { Problem, show } from "#wire";

/** A JSON object whose fields nobody has looked at. */
export type Message = Readonly<Record<string, unknown>>;

/** Where a message says it comes from; every part may be missing. */
export interface Origin {
  readonly user?: string | undefined;
  readonly device?: string | undefined;
}

const KMH = 1000 / 3600;

/** Fields of a location that are kept as attributes, with the name they are kept under. */
const KEPT: ReadonlyMap<string, string> = new Map([
  ["batt", "batteryLevel"],
  ["bs", "batteryStatus"],
  ["vac", "verticalAccuracy"],
  ["p", "pressure"],
  ["t", "trigger"],
  ["conn", "connection"],
  ["tid", "tid"],
  ["m", "monitoring"],
  ["poi", "poi"],
  ["tag", "tag"],
  ["rad", "regionRadius"],
  ["event", "transition"],
  ["desc", "region"],
]);

const SCALARS = new Set(["string", "number", "boolean"]);

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** `owntracks/<user>/<device>`, with more parts behind it in messages that are not locations. */
const fromTopic = (topic: unknown): Origin => {
  const [, user, device] = (text(topic) ?? "").split("/");
  return { user: text(user), device: text(device) };
};

/**
 * The device id: `user-device`, or the one part that is known. The request names both (headers `X-Limit-U` and
 * `X-Limit-D`, or `u` and `d`), else the message's topic does, else the tracker id stands for the device.
 */
const deviceOf = (message: Message, origin: Origin): string | undefined => {
  const topic = fromTopic(message["topic"]);
  const user = origin.user ?? topic.user;
  const device = origin.device ?? topic.device ?? text(message["tid"]);
  if (user === undefined) return device;
  return device === undefined ? user : `${user}-${device}`;
};

const attributesOf = (message: Message): Message => {
  const attributes: Record<string, unknown> = {};
  for (const [key, name] of KEPT) {
    const value = message[key];
    if (SCALARS.has(typeof value)) attributes[name] = value;
  }
  const regions = message["inregions"];
  if (Array.isArray(regions) && regions.length > 0) attributes["inRegions"] = regions.slice(0, 20).join(", ");
  return attributes;
};

const isLocated = (message: Message): boolean => message["lat"] !== undefined && message["lon"] !== undefined;

const unlessNegative = (value: unknown): unknown =>
  typeof value === "number" && value < 0 ? undefined : value;

/**
 * Reads one OwnTracks message (https://owntracks.org/booklet/tech/json/): a `location`, or a `transition` that has a
 * place, becomes what `decodePosition` judges; anything else is undefined, taken and ignored. Throws
 * `encrypted_payload`, and `invalid_body` for what is no message.
 */
export const readOwntracks = (body: unknown, origin: Origin): Message | undefined => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Problem("invalid_body", `the body is ${show(body)}; expected an OwnTracks message`);
  }
  const message = body as Message;
  const type = message["_type"];
  if (typeof type !== "string") throw new Problem("invalid_body", `_type is ${show(type)}; expected text`);
  if (type === "encrypted") {
    throw new Problem("encrypted_payload", "the message is encrypted; remove the encryption key in the app");
  }
  if (type !== "location" && !(type === "transition" && isLocated(message))) return undefined;
  const { tst, lat, lon, alt, vel, cog, acc } = message;
  const speed = unlessNegative(vel);
  return {
    device: deviceOf(message, origin),
    time: typeof tst === "number" ? tst * 1000 : tst,
    lat,
    lon,
    altitude: alt,
    speed: typeof speed === "number" ? speed * KMH : speed,
    course: unlessNegative(cog),
    accuracy: unlessNegative(acc),
    attributes: attributesOf(message),
  };
};
