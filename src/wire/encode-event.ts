import type { Event, EventReason, EventType } from "./event.ts";
import { formatTime } from "./time.ts";

/** An event in answers and frames; times in RFC 3339 UTC. */
export interface EventBody {
  readonly id: string;
  readonly type: EventType;
  readonly device: string;
  readonly fence?: string;
  readonly fenceVersion?: number;
  readonly watch?: string;
  readonly other?: string;
  readonly time: string;
  readonly fix: string;
  readonly detectedAt: string;
  readonly lon: number;
  readonly lat: number;
  readonly reason?: EventReason;
  readonly late?: true;
  readonly imported?: true;
  readonly withdrawnAt?: string;
  readonly withdraws?: string;
  readonly revises?: string;
}

/** An event as it leaves the server. */
export const encodeEvent = (event: Event): EventBody => ({
  id: event.id,
  type: event.type,
  device: event.device,
  ...(event.fence !== undefined && { fence: event.fence, fenceVersion: event.fenceVersion ?? 0 }),
  ...(event.watch !== undefined && { watch: event.watch }),
  ...(event.other !== undefined && { other: event.other }),
  time: formatTime(event.time),
  fix: formatTime(event.fix),
  detectedAt: formatTime(event.detectedAt),
  lon: event.lon,
  lat: event.lat,
  ...(event.reason !== undefined && { reason: event.reason }),
  ...(event.late === true && { late: true }),
  ...(event.imported === true && { imported: true }),
  ...(event.withdrawnAt !== undefined && { withdrawnAt: formatTime(event.withdrawnAt) }),
  ...(event.withdraws !== undefined && { withdraws: event.withdraws }),
  ...(event.revises !== undefined && { revises: event.revises }),
});
