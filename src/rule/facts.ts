import type { Degrees } from "#geo";
import {
  ATTRIBUTE_LIMITS,
  type Attributes,
  type DeviceId,
  type Event,
  type Fence,
  type Position,
} from "#wire";

/** What a rule may ask about beside the event. */
export interface RuleContext {
  readonly device: {
    readonly id: DeviceId;
    readonly name?: string;
    readonly groups: readonly string[];
  };
  /** The second device, of `proximity` and `apart`. */
  readonly other?: { readonly id: DeviceId; readonly groups: readonly string[] };
  /** The fence that the event is about, as it is now; absent when it is gone. */
  readonly fence?: Pick<Fence, "id" | "name" | "extra">;
  /** The fix that shows the event; absent when it is not known any more. */
  readonly position?: Position;
}

/** A value that a condition can compare. */
export type Scalar = string | number | boolean | null;

/** What conditions and texts see. A field that is absent is missing for them too. */
export interface Facts {
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly time: Date;
    readonly fix: Date;
    readonly detectedAt: Date;
    readonly lon: Degrees;
    readonly lat: Degrees;
    readonly late: boolean;
    readonly withdrawn: boolean;
    readonly reason?: string;
    readonly watch?: string;
    readonly other?: string;
  };
  readonly device: RuleContext["device"];
  readonly fence: {
    readonly id: string;
    readonly name?: string;
    readonly properties: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  } | null;
  /** Without any field but `attributes` when the fix is not known. */
  readonly position: Partial<Omit<Position, "device" | "time" | "attributes">> & {
    readonly time?: Date;
    readonly attributes: Attributes;
  };
}

/** Longest text, and longest list, of a fence's property that a rule sees; more is cut off. */
export const PROPERTY_LIMITS: { readonly text: number; readonly list: number } = {
  text: ATTRIBUTE_LIMITS.textLength,
  list: 100,
};

const NO_ATTRIBUTES: Attributes = {};

const scalar = (value: unknown): Scalar | undefined => {
  if (typeof value === "string") return value.slice(0, PROPERTY_LIMITS.text);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return undefined;
};

/** Only plain values and lists of them: nothing that nests deeper can be compared. */
const propertiesOf = (
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, Scalar | readonly Scalar[]> => {
  const properties: Record<string, Scalar | readonly Scalar[]> = {};
  for (const [key, value] of Object.entries(extra)) {
    const plain = Array.isArray(value)
      ? value
          .slice(0, PROPERTY_LIMITS.list)
          .map(scalar)
          .filter((item) => item !== undefined)
      : scalar(value);
    if (plain !== undefined) properties[key] = plain;
  }
  return properties;
};

/** The name and the properties of a fence that is gone are not known any more. */
const fenceOf = (id: string | undefined, fence: RuleContext["fence"]): Facts["fence"] => {
  if (id === undefined) return null;
  if (fence === undefined) return { id, properties: {} };
  return { id, name: fence.name, properties: propertiesOf(fence.extra) };
};

const positionOf = (position: Position | undefined): Facts["position"] => {
  if (position === undefined) return { attributes: NO_ATTRIBUTES };
  const { lon, lat, time, altitude, speed, course, accuracy, attributes } = position;
  return {
    lon,
    lat,
    time: new Date(time),
    ...(altitude !== undefined && { altitude }),
    ...(speed !== undefined && { speed }),
    ...(course !== undefined && { course }),
    ...(accuracy !== undefined && { accuracy }),
    attributes: attributes ?? NO_ATTRIBUTES,
  };
};

/** What conditions and texts see of an event and what belongs to it. */
export const factsOf = (event: Event, { device, fence, position }: RuleContext): Facts => ({
  event: {
    id: event.id,
    type: event.type,
    time: new Date(event.time),
    fix: new Date(event.fix),
    detectedAt: new Date(event.detectedAt),
    lon: event.lon,
    lat: event.lat,
    late: event.late === true,
    withdrawn: event.withdrawnAt !== undefined,
    ...(event.reason !== undefined && { reason: event.reason }),
    ...(event.watch !== undefined && { watch: event.watch }),
    ...(event.other !== undefined && { other: event.other }),
  },
  device,
  fence: fenceOf(event.fence, fence),
  position: positionOf(position),
});
