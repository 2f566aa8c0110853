import { parseTime, Problem, show } from "#wire";
import type { Raw } from "./osmand-query.ts";

const isBag = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Negative means unknown in this form too. */
const unlessNegative = (value: unknown): unknown =>
  typeof value === "number" && value < 0 ? undefined : value;

const SCALARS = new Set(["string", "number", "boolean"]);

/** What the phone knows besides the place, flat. Keys are Traccar's. */
const attributesOf = (location: Raw): Raw => {
  const { event, is_moving: motion, odometer, mock, alarm, activity, battery, extras } = location;
  const attributes: Record<string, unknown> = Object.create(null);
  const put = (key: string, value: unknown): void => {
    if (SCALARS.has(typeof value)) attributes[key] = value;
  };
  if (isBag(extras)) for (const key of Object.keys(extras)) put(key, extras[key]);
  put("event", event);
  put("motion", motion);
  put("odometer", odometer);
  put("mock", mock);
  put("alarm", alarm);
  if (isBag(activity)) put("activity", activity["type"]);
  if (isBag(battery)) {
    const level = unlessNegative(battery["level"]);
    if (typeof level === "number") put("batteryLevel", Math.round(level * 100));
    put("charge", battery["is_charging"]);
  }
  return attributes;
};

/** RFC 3339; some versions leave the offset out and mean UTC. A number is milliseconds. */
const timeOf = (value: unknown): unknown =>
  typeof value === "string" ? (parseTime(value) ?? parseTime(`${value}Z`) ?? value) : value;

/**
 * Reads the JSON form of newer Traccar Clients: `{"device_id", "location": {"timestamp", "coords": {"latitude",
 * "longitude", "accuracy", "speed" (m/s), "heading", "altitude"}, "battery", "activity", "extras", …}}`.
 * Throws `invalid_body` where the frame itself is missing.
 */
export const readOsmandJson = (body: unknown): Raw => {
  if (!isBag(body)) throw new Problem("invalid_body", `the body is ${show(body)}; expected an object`);
  const { location, device_id: device } = body;
  if (!isBag(location))
    throw new Problem("invalid_body", `location is ${show(location)}; expected an object`);
  const coords = location["coords"];
  if (!isBag(coords))
    throw new Problem("invalid_body", `location.coords is ${show(coords)}; expected an object`);
  return {
    device,
    time: timeOf(location["timestamp"]),
    lat: coords["latitude"],
    lon: coords["longitude"],
    altitude: coords["altitude"],
    speed: unlessNegative(coords["speed"]),
    course: unlessNegative(coords["heading"]),
    accuracy: unlessNegative(coords["accuracy"]),
    attributes: attributesOf(location),
  };
};
