import type { Degrees, EpochMs, Meters, MetersPerSecond } from "#geo";
import type { Computed } from "./computed.ts";
import type { DeviceId } from "./ids.ts";

/** What a device said besides where it is: battery, ignition, a driver's name. Flat, JSON values only. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** A decoded, trusted position as a device reported it. */
export interface Position {
  readonly device: DeviceId;
  /** Device time; it decides, not the arrival. */
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly altitude?: Meters;
  readonly speed?: MetersPerSecond;
  readonly course?: Degrees;
  /** Radius of the circle that holds the true place with 68 % probability. */
  readonly accuracy?: Meters;
  readonly attributes?: Attributes;
}

/** A position after `track` has judged it. */
export interface Fix extends Position {
  /** What the device did not report: computed from the live fix before, as it was known when this one was processed. */
  readonly computed?: readonly Computed[];
  /** Needs an impossible speed from the fix before; stored, but does not move the live state. */
  readonly outlier?: true;
  /** Older than the newest fix that the device had when this one was processed. */
  readonly late?: true;
}
