import type { News } from "#ports";
import type { DeviceId, DeviceStatus, SequencedEvent } from "#wire";
import { holds } from "./box.ts";
import type { Delivery } from "./delivery.ts";
import type { Field } from "./field.ts";
import { eventMessage, noticeMessage } from "./notices.ts";
import type { Viewer, Waiting } from "./viewer.ts";

/** Where news goes. */
export interface Audience {
  readonly field: Field<Viewer>;
  readonly delivery: Delivery;
  readonly cursorOf: (seq: number) => string;
  /** Called with a viewer whose queue is at its bound. */
  readonly tooSlow: (viewer: Viewer) => void;
}

/** Matches one piece of news against the viewers of its workspace. */
export function hear(news: News, audience: Audience): void {
  switch (news.kind) {
    case "moved":
      for (const status of news.devices) moved(status, audience);
      break;
    case "happened":
      for (const one of news.events) happened(one, audience);
      break;
    case "device-deleted":
      vanished(news.device, audience);
      tellAll({ message: noticeMessage(news) }, audience);
      break;
    case "device-described":
    case "fence-put":
    case "fence-deleted":
      tellAll({ message: noticeMessage(news) }, audience);
      break;
    case "defined":
    case "undefined":
    case "alerted":
      break;
  }
}

/** Marks the device for who looks at where it is, and for who looks only at where it was. */
function moved({ device, fix }: DeviceStatus, { field, delivery }: Audience): void {
  if (!fix) return;
  const before = field.places.get(device);
  const lon = before?.lon ?? fix.lon;
  const lat = before?.lat ?? fix.lat;
  const entry = field.places.put(fix);
  if (!entry) return;
  field.interest.at(fix.lon, fix.lat, (viewer) => delivery.mark(viewer, entry));
  if (lon === fix.lon && lat === fix.lat) return;
  field.interest.at(lon, lat, (viewer) => {
    if (!holds(viewer.box, fix.lon, fix.lat)) delivery.mark(viewer, entry);
  });
}

function vanished(device: DeviceId, { field, delivery }: Audience): void {
  const entry = field.places.delete(device);
  if (entry) field.interest.at(entry.lon, entry.lat, (viewer) => delivery.mark(viewer, entry));
}

function happened(one: SequencedEvent, audience: Audience): void {
  const { field, cursorOf } = audience;
  const viewers = [...field.listeners];
  field.interest.at(one.event.lon, one.event.lat, (viewer) => {
    if (viewer.events === "view") viewers.push(viewer);
  });
  const waiting = { seq: one.seq, message: eventMessage(one, cursorOf(one.seq)) };
  for (const viewer of viewers) offer(viewer, waiting, audience);
  field.seq = Math.max(field.seq, one.seq);
}

function tellAll(waiting: Waiting, audience: Audience): void {
  for (const viewer of audience.field.viewers) if (viewer.watching) offer(viewer, waiting, audience);
}

function offer(viewer: Viewer, waiting: Waiting, { delivery, tooSlow }: Audience): void {
  if (!viewer.closed && !delivery.offer(viewer, waiting)) tooSlow(viewer);
}
