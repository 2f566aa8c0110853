import { decodeGeometry } from "./decode-geometry.ts";
import { decodeSchedule } from "./decode-schedule.ts";
import { decodeScope } from "./decode-scope.ts";
import type { FenceGeometry, FenceSettings } from "./fence.ts";
import { given, isBag, readFlag, type Bag } from "./fields.ts";
import { findForbiddenKey } from "./keys.ts";
import { isId, isPrintable, MAX_ID_LENGTH } from "./names.ts";
import { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
import type { Schedule } from "./schedule.ts";
import type { DeviceScope } from "./watch.ts";

/** What a GeoJSON Feature says of a fence; the server adds id (when missing), workspace, version and times. */
export interface FenceInput extends FenceSettings, DeviceScope {
  readonly id?: string;
  readonly name?: string;
  readonly geometry: FenceGeometry;
  readonly radius?: number;
  readonly schedule?: Schedule;
  readonly home?: true;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Inclusive bounds of the settings, and of the radius. Metres or seconds. */
export const FENCE_BOUNDS: Readonly<
  Record<
    "radius" | "exitMargin" | "confirmFixes" | "confirmSeconds" | "dwellSeconds",
    readonly [number, number]
  >
> = {
  radius: [1e-3, 5_000_000],
  exitMargin: [0, 100_000],
  confirmFixes: [0, 100],
  confirmSeconds: [0, 86_400],
  dwellSeconds: [0, 2_592_000],
};

/** Longest name, and longest JSON of the properties that have no meaning here. */
export const FENCE_TEXT_LIMITS: { readonly name: number; readonly extra: number } = {
  name: 200,
  extra: 16_384,
};

/** Set by the server; what a sender says of them is not read, so that an answer can be sent back as it is. */
const SERVER_OWNED = new Set(["version", "createdAt", "updatedAt"]);
const OWN = new Set([
  "name",
  "radius",
  "exitMargin",
  "useAccuracy",
  "confirmFixes",
  "confirmSeconds",
  "dwellSeconds",
  "devices",
  "groups",
  "schedule",
  "home",
]);

const number = (properties: Bag, key: keyof typeof FENCE_BOUNDS): number | undefined | Refusal => {
  const value = properties[key];
  if (!given(value)) return undefined;
  const [min, max] = FENCE_BOUNDS[key];
  const whole = key !== "confirmFixes" || Number.isInteger(value);
  if (typeof value === "number" && value >= min && value <= max && whole) return value;
  const kind = key === "confirmFixes" ? "a whole number" : "a number";
  return refuse(
    key === "radius" ? "invalid_radius" : "invalid_fence",
    `properties.${key} is ${show(value)}; expected ${kind} from ${min} to ${max}`,
  );
};

const readSettings = (properties: Bag): FenceSettings | Refusal => {
  const settings: { -readonly [Key in keyof FenceSettings]: FenceSettings[Key] } = {};
  for (const key of ["exitMargin", "confirmFixes", "confirmSeconds", "dwellSeconds"] as const) {
    const value = number(properties, key);
    if (typeof value === "object") return value;
    if (value !== undefined) settings[key] = value;
  }
  const useAccuracy = properties["useAccuracy"];
  if (!given(useAccuracy)) return settings;
  if (typeof useAccuracy !== "boolean") {
    return refuse("invalid_fence", `properties.useAccuracy is ${show(useAccuracy)}; expected true or false`);
  }
  settings.useAccuracy = useAccuracy;
  return settings;
};

const readRadius = (properties: Bag, geometry: FenceGeometry): number | undefined | Refusal => {
  const radius = number(properties, "radius");
  if (typeof radius === "object") return radius;
  const needs = geometry.type === "Point" || geometry.type === "LineString";
  if (needs && radius === undefined) {
    return refuse("invalid_radius", `properties.radius is missing; a ${geometry.type} needs one, in metres`);
  }
  if (!needs && radius !== undefined) {
    return refuse("invalid_radius", `properties.radius is ${radius}, but a ${geometry.type} has none`);
  }
  return radius;
};

const readName = (properties: Bag): string | undefined | Refusal => {
  const name = properties["name"];
  if (!given(name) || name === "") return undefined;
  if (typeof name === "string" && name.length <= FENCE_TEXT_LIMITS.name && isPrintable(name)) return name;
  return refuse(
    "invalid_fence",
    `properties.name is ${show(name)}; expected at most ${FENCE_TEXT_LIMITS.name} printable characters`,
  );
};

const readId = (id: unknown): string | undefined | Refusal => {
  if (!given(id)) return undefined;
  const text = typeof id === "number" && Number.isFinite(id) ? String(id) : id;
  if (typeof text === "string" && isId(text)) return text;
  return refuse("invalid_fence", `id is ${show(id)}; expected 1 to ${MAX_ID_LENGTH} printable characters`);
};

/** For which devices, and when. */
const readReach = (properties: Bag): Pick<FenceInput, "devices" | "groups" | "schedule"> | Refusal => {
  const scope = decodeScope(properties, "properties.", "invalid_fence");
  if (isRefusal(scope) || !given(properties["schedule"])) return scope;
  const schedule = decodeSchedule(properties["schedule"], "properties.schedule", "invalid_fence");
  return isRefusal(schedule) ? schedule : { ...scope, schedule };
};

const readExtra = (properties: Bag): Bag | undefined | Refusal => {
  const rest = Object.entries(properties).filter(([key]) => !OWN.has(key) && !SERVER_OWNED.has(key));
  if (rest.length === 0) return undefined;
  const extra = Object.fromEntries(rest);
  const length = JSON.stringify(extra).length;
  if (length <= FENCE_TEXT_LIMITS.extra) return { kept: extra };
  return refuse(
    "invalid_fence",
    `the other properties have ${length} characters as JSON; at most ${FENCE_TEXT_LIMITS.extra} are kept`,
  );
};

/** Decodes a GeoJSON Feature into what a fence is made of. Never throws. */
export const decodeFence = (value: unknown): FenceInput | Refusal => {
  if (!isBag(value)) return refuse("invalid_fence", `a fence is ${show(value)}; expected a GeoJSON Feature`);
  if (value["type"] !== "Feature") {
    return refuse("invalid_fence", `type is ${show(value["type"])}; expected "Feature"`);
  }
  const properties = value["properties"] ?? {};
  if (!isBag(properties)) {
    return refuse("invalid_fence", `properties is ${show(properties)}; expected an object`);
  }
  const { geometry: _, ...rest } = value;
  const forbidden = findForbiddenKey(rest);
  if (forbidden !== undefined) {
    return refuse("forbidden_key", `the fence has the key ${show(forbidden)}, which is not allowed`);
  }
  const id = readId(value["id"]);
  if (typeof id === "object") return id;
  const geometry = decodeGeometry(value["geometry"]);
  if (isRefusal(geometry)) return geometry;
  const radius = readRadius(properties, geometry);
  if (typeof radius === "object") return radius;
  const name = readName(properties);
  if (typeof name === "object") return name;
  const settings = readSettings(properties);
  if (isRefusal(settings)) return settings;
  const reach = readReach(properties);
  if (isRefusal(reach)) return reach;
  const home = readFlag(properties["home"], "properties.home", "invalid_fence");
  if (typeof home === "object") return home;
  const extra = readExtra(properties);
  if (extra !== undefined && isRefusal(extra)) return extra;
  return {
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    geometry,
    ...(radius !== undefined && { radius }),
    ...settings,
    ...reach,
    ...(home === true && { home }),
    ...(extra !== undefined && { extra: extra["kept"] as Bag }),
  };
};
