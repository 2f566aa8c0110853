import type { EpochMs } from "#geo";
import { decodePosition } from "./decode-position.ts";
import { isForbiddenKey } from "./keys.ts";
import type { Position } from "./position.ts";
import { refuse, show, type Refusal } from "./refusal.ts";

/** Is this a GeoJSON Feature, by its `type`? A position may have a field called `type` with any other value. */
const isFeature = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && (value as { type?: unknown }).type === "Feature";

/** Decodes a GeoJSON Feature of a Point: what is no place stands in `properties`, the altitude may be the third coordinate. */
const decodeFeature = (feature: Record<string, unknown>, now: EpochMs): Position | Refusal => {
  for (const key in feature) {
    if (isForbiddenKey(key))
      return refuse("forbidden_key", `a Feature has the key ${show(key)}, which is not allowed`);
  }
  const geometry = feature["geometry"] as { type?: unknown; coordinates?: unknown } | null | undefined;
  if (typeof geometry !== "object" || geometry === null || geometry.type !== "Point") {
    const what = show(typeof geometry === "object" && geometry !== null ? geometry.type : geometry);
    return refuse("invalid_body", `the geometry of a position is ${what}; expected a Point`);
  }
  const coordinates = geometry.coordinates;
  if (!Array.isArray(coordinates) || coordinates.length < 2) {
    return refuse(
      "invalid_coordinate",
      `coordinates is ${show(coordinates)}; expected [lon, lat] or [lon, lat, altitude]`,
    );
  }
  const properties = feature["properties"];
  if (typeof properties !== "object" || properties === null || Array.isArray(properties)) {
    return refuse(
      "invalid_body",
      `properties is ${show(properties)}; expected an object with device and time`,
    );
  }
  for (const key in properties) {
    if (isForbiddenKey(key))
      return refuse("forbidden_key", `properties has the key ${show(key)}, which is not allowed`);
  }
  const [lon, lat, altitude] = coordinates as readonly unknown[];
  const raised = altitude === undefined || altitude === null ? {} : { altitude };
  return decodePosition({ ...properties, ...raised, lon, lat }, now);
};

/** Decodes one reported position in either form: the plain object or a GeoJSON Feature of a Point. */
export const decodeReport = (value: unknown, now: EpochMs): Position | Refusal =>
  isFeature(value) ? decodeFeature(value, now) : decodePosition(value, now);

/** The reports of a parsed body. `single` says that it was one, whose refusal is the answer to the request. */
export interface Reports {
  readonly single: boolean;
  readonly values: readonly unknown[];
}

/** Takes a parsed body apart: one position, an array of them, a Feature or a FeatureCollection. */
export const splitReports = (body: unknown): Reports | Refusal => {
  if (Array.isArray(body)) return { single: false, values: body as readonly unknown[] };
  if (typeof body !== "object" || body === null) {
    return refuse(
      "invalid_body",
      `the body is ${show(body)}; expected a position, an array of them or GeoJSON`,
    );
  }
  const { type, features } = body as { type?: unknown; features?: unknown };
  if (type !== "FeatureCollection") return { single: true, values: [body] };
  if (!Array.isArray(features)) {
    return refuse("invalid_body", `features is ${show(features)}; expected an array of Features`);
  }
  return { single: false, values: features as readonly unknown[] };
};
