import type { BBox, EpochMs } from "#geo";
import { deviceItems, emptyDevices } from "./device-list.ts";
import { devicePanel } from "./device-panel.ts";
import { document, type Frame } from "./document.ts";
import { emptyFeed, eventItem } from "./event-feed.ts";
import { emptyFences, fenceItems, fenceTools } from "./fence-list.ts";
import { formatCount } from "./format.ts";
import { html, type Html } from "./html.ts";
import { masthead } from "./masthead.ts";
import type { DeviceRow, DeviceView, EventRow, FenceRow } from "./views.ts";

/** Which list of the side column is in front. */
export type Tab = "devices" | "fences" | "events";

/** Everything the page with the map shows at its first paint. */
export interface MapPage {
  readonly now: EpochMs;
  /** Address of this server as a device would use it, for the first-position example. */
  readonly origin: string;
  readonly tab: Tab;
  /** The first devices by id; the browser goes on with those in view. */
  readonly devices: readonly DeviceRow[];
  readonly deviceCount: number;
  /** Where the map begins, when the address names no place. */
  readonly extent?: BBox | undefined;
  readonly fences: readonly FenceRow[];
  /** Newest first. */
  readonly events: readonly EventRow[];
  /** The device whose panel is open. */
  readonly selected?: DeviceView | undefined;
  /** May the reader draw, rename and delete? */
  readonly editable: boolean;
}

/** The map with its lists: what `/`, `/fences` and `/devices/{id}` answer. */
export function mapPage(frame: Frame, page: MapPage): string {
  return document(
    frame,
    "map",
    html`<div class="app" id="app" data-tab="${page.tab}" data-editable="${page.editable ? "yes" : "no"}">
      <main
        class="map"
        id="map"
        aria-label="Map"
        ${page.extent && html`data-extent="${page.extent.join(" ")}"`}
      ></main>
      <aside class="side" id="side">
        ${masthead(frame.reader ?? "viewer", frame.workspace)} ${tabs(page)} ${devices(page)} ${fences(page)}
        ${feed(page)}
      </aside>
      <aside class="panel" id="panel" aria-label="Selected device" ${page.selected ? "" : html`hidden`}>
        ${page.selected && devicePanel(page.selected, page.now)}
      </aside>
      <aside class="panel" id="fence-panel" aria-label="Fence" hidden></aside>
    </div>`,
  );
}

function tabs({ tab, deviceCount, fences }: MapPage): Html {
  const link = (name: Tab, text: string, count: Html | false): Html =>
    html`<a
      href="${name === "devices" ? "/" : `/${name}`}"
      data-tab="${name}"
      ${tab === name ? html`aria-current="page"` : ""}
      >${text}${count}</a
    >`;
  return html`<nav class="tabs" aria-label="Lists">
    ${link("devices", "Devices", html` <span id="device-count">${formatCount(deviceCount)}</span>`)}
    ${link("fences", "Fences", html` <span id="fence-count">${formatCount(fences.length)}</span>`)}
    ${link("events", "Events", false)}
  </nav>`;
}

function devices(page: MapPage): Html {
  return html`<section class="list" id="devices" data-list="devices" aria-label="Devices in view">
    <div class="search">
      <input
        id="search"
        type="search"
        placeholder="Find a device"
        aria-label="Find a device"
        autocomplete="off"
        spellcheck="false"
      />
      <kbd>/</kbd>
    </div>
    <p class="note" id="device-note"></p>
    <ul class="rows" id="device-rows">
      ${deviceItems(page.devices, page.now)}
    </ul>
    ${page.deviceCount === 0 && emptyDevices(page.origin)}
  </section>`;
}

function fences({ fences }: MapPage): Html {
  return html`<section class="list" id="fences" data-list="fences" aria-label="Fences">
    ${fenceTools()}
    <ul class="rows" id="fence-rows">
      ${fenceItems(fences)}
    </ul>
    ${fences.length === 0 && emptyFences()}
  </section>`;
}

function feed({ events, now }: MapPage): Html {
  return html`<section class="feed" id="feed" data-list="events" aria-label="Events">
    <h2><span>Events</span> <a href="/events">All</a></h2>
    <ol class="events" id="feed-rows" role="log" aria-live="polite" aria-relevant="additions">
      ${events.map((event) => eventItem(event, now))}
    </ol>
    ${events.length === 0 && emptyFeed()}
  </section>`;
}
