import type { EpochMs } from "#geo";
import { eventRemarks, eventSentence } from "./event-words.ts";
import { formatAge, formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { eventIcon, icon } from "./icons.ts";
import type { EventRow } from "./views.ts";

/** How a line of the feed is written. */
export interface EventItemOptions {
  /** Leaves out who, in a list that is about one device anyway; its lines have ids of their own. */
  readonly anonymous?: boolean;
  /** Where the sentence leads: to its device on the map, or to the page of the event. */
  readonly to?: "device" | "event";
}

/** The page of an event. */
export function eventHref(id: string): string {
  return `/events/${encodeURIComponent(id)}`;
}

/**
 * One line of the feed: who, what, where, when. A click on the sentence takes the map there, one on the age leads to the
 * page that explains the event.
 */
export function eventItem(event: EventRow, now: EpochMs, options: EventItemOptions = {}): Html {
  const { anonymous = false, to = "device" } = options;
  const remarks = eventRemarks(event);
  const link =
    to === "event"
      ? html`href="${eventHref(event.id)}"`
      : html`href="/devices/${encodeURIComponent(event.device)}" data-device="${event.device}"`;
  return html`<li
    class="event"
    id="${anonymous ? "d" : "e"}-${event.id}"
    data-lon="${event.lon}"
    data-lat="${event.lat}"
    data-type="${event.type}"
    ${event.withdrawn === true && html`data-withdrawn`}
  >
    <a ${link}>
      ${icon(eventIcon(event.type))}
      <span class="what"
        >${eventSentence(event, anonymous)}${remarks.length > 0 && html`<i>${remarks.join(" · ")}</i>`}</span
      >
    </a>
    <a class="when" href="${eventHref(event.id)}" title="Why?">${ageOf(event.time, now)}</a>
  </li>`;
}

/** A list of events, newest first, each leading to its own page. */
export function eventList(events: readonly EventRow[], now: EpochMs): Html {
  return html`<ol class="events">
    ${events.map((event) => eventItem(event, now, { to: "event" }))}
  </ol>`;
}

/** What the feed says before the first event. */
export function emptyFeed(): Html {
  return html`<p class="empty" id="feed-empty">
    Nothing yet. When a device enters, leaves or crosses a fence, it is said here within a second.
  </p>`;
}

/** A moment with its age as text; the browser keeps the age true, the full time is in the tooltip. */
export function ageOf(time: EpochMs, now: EpochMs): Html {
  return html`<time datetime="${isoTime(time)}" title="${formatTime(time)} UTC" data-age
    >${formatAge(now - time)}</time
  >`;
}
