declare const space: unique symbol;

/** A string that belongs to one space of names: a device id may not be used for a fence id. */
export type Id<Space extends string> = string & { readonly [space]?: Space };

/** Owner of everything; the first one is called `main`. */
export type WorkspaceId = Id<"Workspace">;
/** The id that a device reports of itself, 1 to 128 printable characters, unique in its workspace. */
export type DeviceId = Id<"Device">;
/** Server-made, or the `id` that the GeoJSON Feature brought, 1 to 128 printable characters. */
export type FenceId = Id<"Fence">;
/** Derived from what the event is about; the same fact always has the same id. */
export type EventId = Id<"Event">;
/** Server-made. Names a rule in its workspace. */
export type RuleId = Id<"Rule">;
/** Server-made. Names a watch in its workspace. */
export type WatchId = Id<"Watch">;
/** Server-made. Names a target in its workspace. */
export type TargetId = Id<"Target">;
/** Derived from the event and the target. */
export type AlertId = Id<"Alert">;
