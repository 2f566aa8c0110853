import { formatTime } from "./time.ts";
import type { DeviceScope, Watch, WatchKind } from "./watch.ts";

/** A watch in answers; times in RFC 3339 UTC. `decodeWatch` takes it back. */
export type WatchBody = WatchKind &
  DeviceScope & {
    readonly id: string;
    readonly version: number;
    readonly name: string;
    readonly createdAt: string;
    readonly updatedAt: string;
  };

/** A watch as it leaves the server. */
export const encodeWatch = (watch: Watch): WatchBody => {
  const { workspace: _, createdAt, updatedAt, ...rest } = watch;
  return { ...rest, createdAt: formatTime(createdAt), updatedAt: formatTime(updatedAt) };
};
