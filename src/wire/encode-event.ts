import type { Event, EventReason, EventType } from "./event.ts";
import { formatTime } from "./time.ts";

/** An event in answers and frames; times in RFC 3339 UTC. */
export interface EventBody {
  readonly id: string;
  readonly type: EventType;
  readonly device: string;
  readonly fence: string;
  readonly time: string;
  readonly fix: string;
  readonly detectedAt: string;
  readonly lon: number;
  readonly lat: number;
  readonly reason?: EventReason;
  readonly imported?: true;
}

/** An event as it leaves the server. */
export const encodeEvent = (event: Event): EventBody => ({
  id: event.id,
  type: event.type,
  device: event.device,
  fence: event.fence,
  time: formatTime(event.time),
  fix: formatTime(event.fix),
  detectedAt: formatTime(event.detectedAt),
  lon: event.lon,
  lat: event.lat,
  ...(event.reason !== undefined && { reason: event.reason }),
  ...(event.imported === true && { imported: true }),
});
