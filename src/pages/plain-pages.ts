import type { EpochMs } from "#geo";
import { document, type Frame } from "./document.ts";
import { emptyFeed, eventList } from "./event-feed.ts";
import { html, type Html } from "./html.ts";
import { plainMasthead, type Place } from "./masthead.ts";
import type { EventRow } from "./views.ts";

/** The newest events as a page of its own. */
export function eventsPage(
  frame: Frame,
  page: { readonly now: EpochMs; readonly events: readonly EventRow[] },
): string {
  return plain(
    frame,
    html`<h1>Events</h1>
      ${page.events.length > 0 ? eventList(page.events, page.now) : emptyFeed()}`,
    { here: "/events" },
  );
}

/** How a phone or a tracker is set up; `origin` is this server as the phone reaches it. */
export function connectPage(frame: Frame, origin: string): string {
  return plain(
    frame,
    html`<h1>Connect a phone</h1>
      <p>First make a token that may only send: <code>whereabouts token create --scope ingest</code>.</p>
      <h2>Traccar Client, OsmAnd</h2>
      <p>Put this into “Server URL” (OsmAnd: “Web address”, online tracking):</p>
      <pre><code>${origin}/osmand?token=TOKEN</code></pre>
      <h2>OwnTracks</h2>
      <p>Mode HTTP, any user name, the token as password:</p>
      <pre><code>${origin}/owntracks</code></pre>
      <h2>Anything that speaks HTTP</h2>
      <pre><code>curl ${origin}/api/positions -H 'Authorization: Bearer TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{"device":"van-7","time":'$(date +%s000)',"lon":2.3522,"lat":48.8566}'</code></pre>
      <p>
        The phone must reach this address. On a local network start the server with
        <code>--host 0.0.0.0</code>.
      </p>`,
  );
}

/** A page that says one thing, such as that there is no such device. */
export function messagePage(frame: Frame, heading: string, text: string): string {
  return plain(
    frame,
    html`<h1>${heading}</h1>
      <p>${text}</p>
      ${frame.reader !== undefined && html`<p><a href="/">To the map</a></p>`}`,
  );
}

/**
 * A document that is read rather than watched: the product's name, the way to the other pages, and `content`. `here` is
 * the page in the navigation; `wide` gives it more than the width of a text.
 */
export function plain(
  frame: Frame,
  content: Html,
  { here, wide = false }: { readonly here?: Place; readonly wide?: boolean } = {},
): string {
  return document(
    frame,
    "plain",
    html`<div class="plain" ${wide && html`data-wide`}>
      ${plainMasthead(frame.reader, here, frame.workspace)}
      <main id="main">${content}</main>
    </div>`,
  );
}
