import type { EpochMs, Meters, MetersPerSecond } from "#geo";
import type { DeviceId, FenceId, WatchId, WorkspaceId } from "./ids.ts";
import type { Weekday } from "./schedule.ts";

/** Which devices: those named, and those of the groups; without either, all. */
export interface DeviceScope {
  readonly devices?: readonly DeviceId[];
  readonly groups?: readonly string[];
}

/** What a watch looks for; the fields of each kind. */
export type WatchKind =
  /** `silent`: no fix for so long. */
  | { readonly kind: "silent"; readonly seconds: number }
  /** `overspeed`: faster than `speed` for so long, in the fence or anywhere. */
  | {
      readonly kind: "overspeed";
      readonly speed: MetersPerSecond;
      readonly seconds: number;
      readonly fence?: FenceId;
    }
  /** `stopped` and `moving`. */
  | { readonly kind: "motion" }
  /** `absent`: at `by` on one of the days not inside the fence; with `from`, not once since then. */
  | {
      readonly kind: "absent";
      readonly fence: FenceId;
      readonly days: readonly Weekday[];
      /** `HH:MM` in `timeZone`. */
      readonly by: string;
      readonly from?: string;
      /** IANA name. */
      readonly timeZone: string;
    }
  /** `proximity` and `apart`: a device of the scope and one of `others` within the radius of each other. */
  | {
      readonly kind: "proximity";
      readonly radius: Meters;
      /** Parted are those who are farther apart than `radius + exitMargin`. */
      readonly exitMargin: Meters;
      /** Without it any two devices of the scope. */
      readonly others?: DeviceScope;
    };

/** Asks for events that no fence gives by itself. */
export type Watch = WatchKind &
  DeviceScope & {
    readonly id: WatchId;
    readonly workspace: WorkspaceId;
    /** 1 when created, one more with every edit; part of the identity of its events. */
    readonly version: number;
    readonly name: string;
    readonly createdAt: EpochMs;
    readonly updatedAt: EpochMs;
  };
