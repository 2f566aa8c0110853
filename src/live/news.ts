import type { News } from "#ports";
import type { DeviceId, DeviceStatus, SequencedEvent } from "#wire";
import type { Delivery } from "./delivery.ts";
import type { Field } from "./field.ts";
import { eventMessage, noticeMessage } from "./notices.ts";
import type { Viewer, Waiting } from "./viewer.ts";

/** Where news goes. */
export interface Hearing {
  readonly field: Field<Viewer>;
  readonly delivery: Delivery;
  readonly cursorOf: (seq: number) => string;
  /** Called with a viewer whose queue is at its bound. */
  readonly tooSlow: (viewer: Viewer) => void;
}

/** Matches one piece of news against the viewers of its workspace: those who look there, and may see it. */
export function hear(news: News, hearing: Hearing): void {
  switch (news.kind) {
    case "moved":
      for (const status of news.devices) moved(status, hearing);
      break;
    case "happened":
      for (const one of news.events) happened(one, hearing);
      break;
    case "device-deleted":
      vanished(news.device, hearing);
      tell({ message: noticeMessage(news), about: news }, hearing);
      break;
    case "device-described":
      tell({ message: noticeMessage(news), about: news }, hearing);
      break;
    case "fence-put":
    case "fence-deleted":
      tell({ message: noticeMessage(news) }, hearing);
      break;
    case "defined":
    case "undefined":
    case "alerted":
      break;
  }
}

/**
 * Marks the device for who sees it where it is, and for who saw it where it was and does not any more, because it has
 * left the view or the groups that the viewer may see. Whoever could not see it is told nothing.
 */
function moved({ device, fix, groups }: DeviceStatus, { field, delivery }: Hearing): void {
  const now = field.grouping.put(device, groups);
  if (!fix) return;
  const before = field.places.get(device);
  const was = before?.groups ?? now;
  const lon = before?.lon ?? fix.lon;
  const lat = before?.lat ?? fix.lat;
  const entry = field.places.put(fix, now);
  if (!entry) return;
  field.channels.moved(entry, lon, lat);
  field.interest.at(fix.lon, fix.lat, (viewer) => {
    if (viewer.audience.sees(now)) delivery.mark(viewer, entry);
  });
  if (lon === fix.lon && lat === fix.lat && was === now) return;
  field.interest.at(lon, lat, (viewer) => {
    if (viewer.audience.sees(was) && !viewer.shows(entry)) delivery.mark(viewer, entry);
  });
}

/** A device is not there any more. */
export function vanished(device: DeviceId, { field, delivery }: Hearing): void {
  const entry = field.places.delete(device);
  field.grouping.delete(device);
  if (!entry) return;
  field.channels.deleted(entry);
  field.interest.at(entry.lon, entry.lat, (viewer) => {
    if (viewer.audience.sees(entry.groups)) delivery.mark(viewer, entry);
  });
}

function happened(one: SequencedEvent, hearing: Hearing): void {
  const { field, cursorOf } = hearing;
  const viewers = [...field.listeners];
  const look = (viewer: Viewer): void => {
    if (viewer.events === "view") viewers.push(viewer);
  };
  field.interest.at(one.event.lon, one.event.lat, look);
  field.readers.at(one.event.lon, one.event.lat, look);
  const waiting = { seq: one.seq, message: eventMessage(one, cursorOf(one.seq)), about: one.event };
  for (const viewer of viewers) if (viewer.mayHear(one.event)) offer(viewer, waiting, hearing);
  field.seq = Math.max(field.seq, one.seq);
}

/** Tells every viewer, or those who may see what it is about. */
export function tell(waiting: Waiting, hearing: Hearing): void {
  const { about } = waiting;
  for (const viewer of hearing.field.viewers) {
    if (viewer.watching && (!about || viewer.mayHear(about))) offer(viewer, waiting, hearing);
  }
}

function offer(viewer: Viewer, waiting: Waiting, { delivery, tooSlow }: Hearing): void {
  if (!viewer.closed && !delivery.offer(viewer, waiting)) tooSlow(viewer);
}
