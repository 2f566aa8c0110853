import { readDays, readTimeOfDay, readTimeZone } from "./decode-schedule.ts";
import { decodeScope } from "./decode-scope.ts";
import { FIELD_BOUNDS } from "./decode-position.ts";
import {
  findUnknown,
  given,
  isBag,
  readId,
  readName,
  readNumber,
  withoutServerOwned,
  type Bag,
} from "./fields.ts";
import { findForbiddenKey } from "./keys.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import type { DeviceScope, WatchKind } from "./watch.ts";

/** What a body says of a watch; the server adds id, workspace, version and times. */
export type WatchInput = WatchKind & DeviceScope & { readonly name: string };

/** Inclusive bounds of a watch: seconds (to 366 days), metres per second, metres. */
export const WATCH_BOUNDS: Readonly<
  Record<"seconds" | "speed" | "radius" | "exitMargin", readonly [min: number, max: number]>
> = {
  seconds: [1, 31_622_400],
  speed: [FIELD_BOUNDS.speed[0], FIELD_BOUNDS.speed[1]],
  radius: [1, 100_000],
  exitMargin: [0, 100_000],
};

const CODE = "invalid_watch";
const UNNAMED = "Unnamed watch";

/** The properties of each kind besides those of every watch. */
const OF_KIND: Readonly<Record<WatchKind["kind"], readonly string[]>> = {
  silent: ["seconds"],
  overspeed: ["speed", "seconds", "fence"],
  motion: [],
  absent: ["fence", "days", "by", "from", "timeZone"],
  proximity: ["radius", "exitMargin", "others"],
};
const KINDS = Object.keys(OF_KIND).join(", ");
const OF_OTHERS = new Set(["devices", "groups"]);

const isKind = (value: unknown): value is WatchKind["kind"] =>
  typeof value === "string" && Object.hasOwn(OF_KIND, value);

const missing = (key: string, expected: string): Refusal =>
  refuse(CODE, `${key} is missing; expected ${expected}`);

const needNumber = (bag: Bag, key: keyof typeof WATCH_BOUNDS): number | Refusal => {
  const [min, max] = WATCH_BOUNDS[key];
  return readNumber(bag[key], key, CODE, WATCH_BOUNDS[key]) ?? missing(key, `a number from ${min} to ${max}`);
};

const readSilent = (bag: Bag): WatchKind | Refusal => {
  const seconds = needNumber(bag, "seconds");
  return typeof seconds === "object" ? seconds : { kind: "silent", seconds };
};

const readOverspeed = (bag: Bag): WatchKind | Refusal => {
  const speed = needNumber(bag, "speed");
  if (typeof speed === "object") return speed;
  const seconds = needNumber(bag, "seconds");
  if (typeof seconds === "object") return seconds;
  const fence = readId(bag["fence"], "fence", CODE);
  if (typeof fence === "object") return fence;
  return { kind: "overspeed", speed, seconds, ...(fence !== undefined && { fence }) };
};

const readAbsent = (bag: Bag): WatchKind | Refusal => {
  const fence = readId(bag["fence"], "fence", CODE) ?? missing("fence", "the id of a fence");
  if (typeof fence === "object") return fence;
  const days = readDays(bag["days"], "days", CODE);
  if (isRefusal(days)) return days;
  const by = readTimeOfDay(bag["by"], "by", CODE, "24:00");
  if (typeof by === "object") return by;
  const from = given(bag["from"]) ? readTimeOfDay(bag["from"], "from", CODE, "23:59") : undefined;
  if (typeof from === "object") return from;
  const timeZone = readTimeZone(bag["timeZone"], "timeZone", CODE);
  if (typeof timeZone === "object") return timeZone;
  return { kind: "absent", fence, days, by, ...(from !== undefined && { from }), timeZone };
};

const readOthers = (value: unknown): DeviceScope | undefined | Refusal => {
  if (!given(value)) return undefined;
  if (!isBag(value)) return refuse(CODE, `others is ${show(value)}; expected {devices, groups}`);
  const unknown = findUnknown(value, OF_OTHERS, "others", CODE);
  if (unknown !== undefined) return unknown;
  const others = decodeScope(value, "others.", CODE);
  if (isRefusal(others) || others.devices !== undefined || others.groups !== undefined) return others;
  return refuse(CODE, "others is an empty object; expected devices or groups, or leave it out");
};

const readProximity = (bag: Bag): WatchKind | Refusal => {
  const radius = needNumber(bag, "radius");
  if (typeof radius === "object") return radius;
  const exitMargin = readNumber(bag["exitMargin"], "exitMargin", CODE, WATCH_BOUNDS.exitMargin);
  if (typeof exitMargin === "object") return exitMargin;
  const others = readOthers(bag["others"]);
  if (others !== undefined && isRefusal(others)) return others;
  return {
    kind: "proximity",
    radius,
    exitMargin: exitMargin ?? Math.max(10, radius / 10),
    ...(others !== undefined && { others }),
  };
};

const readMotion = (): WatchKind => ({ kind: "motion" });

const READERS: Readonly<Record<WatchKind["kind"], (bag: Bag) => WatchKind | Refusal>> = {
  silent: readSilent,
  overspeed: readOverspeed,
  motion: readMotion,
  absent: readAbsent,
  proximity: readProximity,
};

/**
 * Decodes a watch from parsed JSON: `{"kind","name"?,"devices"?,"groups"?}` and the fields of its kind. `null` counts
 * as absent, a property that its kind does not have is refused; without `exitMargin` a tenth of the radius is taken,
 * at least 10 m. Never throws.
 */
export const decodeWatch = (value: unknown): WatchInput | Refusal => {
  if (!isBag(value)) return refuse(CODE, `a watch is ${show(value)}; expected an object`);
  const forbidden = findForbiddenKey(value);
  if (forbidden !== undefined) {
    return refuse("forbidden_key", `the watch has the key ${show(forbidden)}, which is not allowed`);
  }
  const kind = value["kind"];
  if (!isKind(kind)) return refuse(CODE, `kind is ${show(kind)}; expected one of ${KINDS}`);
  const known = new Set(["kind", "name", "devices", "groups", ...OF_KIND[kind]]);
  const unknown = findUnknown(withoutServerOwned(value), known, `a watch of kind "${kind}"`, CODE);
  if (unknown !== undefined) return unknown;
  const name = readName(value["name"], "name", CODE);
  if (typeof name === "object") return name;
  const scope = decodeScope(value, "", CODE);
  if (isRefusal(scope)) return scope;
  const fields = READERS[kind](value);
  if (isRefusal(fields)) return fields;
  return { ...fields, name: name ?? UNNAMED, ...scope };
};
