import type { BBox, EpochMs } from "#geo";
import { findUnknown, given, isBag, readFlag, readIds, readName, readNumber, type Bag } from "./fields.ts";
import { isId } from "./names.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import type { ShareTerms, ShareWhat } from "./share.ts";
import { EARLIEST, parseTime } from "./time.ts";

/** Inclusive bounds: seconds, metres, devices of one link, origins that may embed it, and the longest trip in days. */
export const SHARE_BOUNDS: {
  readonly delaySeconds: readonly [number, number];
  readonly blurMeters: readonly [number, number];
  readonly devices: number;
  readonly groups: number;
  readonly embed: number;
  readonly tripDays: number;
} = {
  delaySeconds: [1, 86_400],
  blurMeters: [10, 100_000],
  devices: 100,
  groups: 100,
  embed: 10,
  tripDays: 31,
};

const CODE = "invalid_share";
const wrong = (detail: string): Refusal => refuse(CODE, detail);
const DAY = 86_400_000;
/** A date that JavaScript can hold. */
const LATEST = 8.64e15;

const KINDS = new Set(["devices", "groups", "area", "trip"]);
const OWN = new Set(["name", "what", "from", "to", "track", "delaySeconds", "blurMeters", "embed"]);

const readTime = (value: unknown, path: string): EpochMs | undefined | Refusal => {
  if (!given(value)) return undefined;
  const time = typeof value === "string" ? parseTime(value) : value;
  if (typeof time === "number" && Number.isInteger(time) && time >= EARLIEST && time < LATEST) return time;
  return wrong(`${path} is ${show(value)}; expected RFC 3339 or milliseconds since 1970`);
};

const readIdList = (value: unknown, path: string, most: number): readonly string[] | Refusal => {
  const ids = readIds(value, path, CODE);
  if (ids === undefined) return wrong(`${path} is nothing; expected an array of 1 to ${most}`);
  if (isRefusal(ids) || ids.length <= most) return ids;
  return wrong(`${path} is an array of ${ids.length}; expected 1 to ${most}`);
};

const isBox = (value: unknown): value is BBox => {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [west, south, east, north] = value as readonly unknown[];
  const within = (number: unknown, limit: number): number is number =>
    typeof number === "number" && number >= -limit && number <= limit;
  return within(west, 180) && within(east, 180) && within(south, 90) && within(north, 90) && south <= north;
};

const readArea = (value: unknown): ShareWhat | Refusal => {
  if (typeof value === "string" && isId(value)) return { area: value };
  if (isBox(value)) return { area: [...value] as unknown as BBox };
  return wrong(
    `what.area is ${show(value)}; expected the id of a fence, or [west,south,east,north] in degrees`,
  );
};

const readTrip = (value: unknown): ShareWhat | Refusal => {
  if (!isBag(value)) return wrong(`what.trip is ${show(value)}; expected {device,from,to}`);
  const unknown = findUnknown(value, new Set(["device", "from", "to"]), "what.trip", CODE);
  if (unknown) return unknown;
  const { device } = value;
  if (typeof device !== "string" || !isId(device)) {
    return wrong(`what.trip.device is ${show(device)}; expected the id of a device`);
  }
  const from = readTime(value["from"], "what.trip.from");
  const to = readTime(value["to"], "what.trip.to");
  if (typeof from === "object") return from;
  if (typeof to === "object") return to;
  if (from === undefined || to === undefined) return wrong("what.trip needs both from and to");
  if (from < to && to - from <= SHARE_BOUNDS.tripDays * DAY) return { trip: { device, from, to } };
  return wrong(
    `what.trip is ${(to - from) / 1000} s long; expected more than 0 and at most ${SHARE_BOUNDS.tripDays} days`,
  );
};

const readWhat = (value: unknown): ShareWhat | Refusal => {
  if (!isBag(value) || Object.keys(value).length !== 1) {
    return wrong(`what is ${show(value)}; expected exactly one of ${[...KINDS].join(", ")}`);
  }
  const unknown = findUnknown(value, KINDS, "what", CODE);
  if (unknown) return unknown;
  if ("area" in value) return readArea(value["area"]);
  if ("trip" in value) return readTrip(value["trip"]);
  const kind = "devices" in value ? "devices" : "groups";
  const ids = readIdList(value[kind], `what.${kind}`, SHARE_BOUNDS[kind]);
  if ("code" in ids) return ids;
  return kind === "devices" ? { devices: ids } : { groups: ids };
};

/**
 * An origin as browsers send it: scheme, host, and a port that does not go without saying; plain HTTP only of the reader's
 * own machine. Nothing else gets into the policy that lists them.
 */
const ORIGIN =
  /^(?:https:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?$/;

const isOrigin = (value: unknown): value is string =>
  typeof value === "string" && value.length <= 200 && ORIGIN.test(value);

const readEmbed = (value: unknown): readonly string[] | undefined | Refusal => {
  if (!given(value) || (Array.isArray(value) && value.length === 0)) return undefined;
  if (!Array.isArray(value) || value.length > SHARE_BOUNDS.embed) {
    return wrong(`embed is ${show(value)}; expected at most ${SHARE_BOUNDS.embed} origins`);
  }
  const bad = value.findIndex((item) => !isOrigin(item));
  if (bad < 0) return [...new Set(value as string[])];
  return wrong(
    `embed[${bad}] is ${show(value[bad])}; expected an origin in lower case such as https://example.org`,
  );
};

/** The times, which must not be in the wrong order. */
const readSpan = (bag: Bag): Pick<ShareTerms, "from" | "to"> | Refusal => {
  const from = readTime(bag["from"], "from");
  const to = readTime(bag["to"], "to");
  if (typeof from === "object") return from;
  if (typeof to === "object") return to;
  if (from !== undefined && to !== undefined && from >= to) return wrong("to is not after from");
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
};

/** Decodes what somebody wants to share. Never throws. */
export const decodeShare = (value: unknown): ShareTerms | Refusal => {
  if (!isBag(value)) return wrong(`a share is ${show(value)}; expected an object`);
  const unknown = findUnknown(value, OWN, "a share", CODE);
  if (unknown) return unknown;
  const name = readName(value["name"], "name", CODE);
  if (typeof name === "object") return name;
  const what = readWhat(value["what"]);
  if (isRefusal(what)) return what;
  const span = readSpan(value);
  if (isRefusal(span)) return span;
  const track = readFlag(value["track"], "track", CODE);
  if (typeof track === "object") return track;
  const delaySeconds = readNumber(value["delaySeconds"], "delaySeconds", CODE, SHARE_BOUNDS.delaySeconds);
  if (typeof delaySeconds === "object") return delaySeconds;
  const blurMeters = readNumber(value["blurMeters"], "blurMeters", CODE, SHARE_BOUNDS.blurMeters);
  if (typeof blurMeters === "object") return blurMeters;
  const embed = readEmbed(value["embed"]);
  if (embed !== undefined && "code" in embed) return embed;
  return {
    name: name ?? "",
    what,
    ...span,
    track: track ?? false,
    ...(delaySeconds !== undefined && { delaySeconds }),
    ...(blurMeters !== undefined && { blurMeters }),
    ...(embed !== undefined && { embed }),
  };
};
