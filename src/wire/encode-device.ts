import type { Device, Motion } from "./device.ts";
import { encodePosition, type PositionBody } from "./encode-position.ts";
import { formatTime } from "./time.ts";

/** A device in answers. */
export interface DeviceBody {
  /** The id that the device reports of itself. */
  readonly id: string;
  readonly name?: string;
  readonly icon?: string;
  readonly createdAt: string;
  readonly seenAt?: string;
  readonly motion?: Motion;
  readonly motionSince?: string;
  /** Ids of the fences it is in. */
  readonly inside: readonly string[];
  /** Groups it belongs to, ascending. */
  readonly groups: readonly string[];
  /** Newest accepted fix. */
  readonly position?: PositionBody;
}

/** A device as it leaves the server. */
export const encodeDevice = ({ name, icon, createdAt, status }: Device): DeviceBody => ({
  id: status.device,
  ...(name !== undefined && { name }),
  ...(icon !== undefined && { icon }),
  createdAt: formatTime(createdAt),
  ...(status.seenAt !== undefined && { seenAt: formatTime(status.seenAt) }),
  ...(status.motion !== undefined && { motion: status.motion }),
  ...(status.motionSince !== undefined && { motionSince: formatTime(status.motionSince) }),
  inside: status.inside,
  groups: status.groups ?? [],
  ...(status.fix !== undefined && { position: encodePosition(status.fix) }),
});
