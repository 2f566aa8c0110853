import type { EpochMs } from "#geo";
import { formatAge, formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { eventIcon, icon } from "./icons.ts";
import type { EventRow } from "./views.ts";

const verbs: Readonly<Record<string, string>> = { enter: "entered", exit: "left", cross: "crossed" };

const reasons: Readonly<Record<string, string>> = {
  first: "first position lies inside",
  fence: "the fence changed",
};

/** The word for an event type in the past tense: `entered`, `left`, `crossed`; an unknown type is its own word. */
export function eventVerb(type: string): string {
  return verbs[type] ?? type;
}

/**
 * One line of the feed: who, what, where, when. A click on it takes the map there. `anonymous` leaves out who, in a
 * list that is about one device anyway; its lines have ids of their own, so that both lists can be on one page.
 */
export function eventItem(event: EventRow, now: EpochMs, anonymous = false): Html {
  const reason = event.reason === undefined ? undefined : reasons[event.reason];
  const id = anonymous ? `d-${event.id}` : `e-${event.id}`;
  const who = !anonymous && html`<b>${event.deviceName}</b> `;
  return html`<li class="event" id="${id}" data-lon="${event.lon}" data-lat="${event.lat}">
    <a href="/devices/${encodeURIComponent(event.device)}" data-device="${event.device}">
      ${icon(eventIcon(event.type))}
      <span class="what"
        >${who}${eventVerb(event.type)} <b>${event.fenceName}</b>${
          reason !== undefined && html`<i>${reason}</i>`
        }</span
      >
      ${ageOf(event.time, now)}
    </a>
  </li>`;
}

/** A list of events, newest first; says what will appear here while there are none. */
export function eventList(events: readonly EventRow[], now: EpochMs): Html {
  return html`<ol class="events">
    ${events.map((event) => eventItem(event, now))}
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
