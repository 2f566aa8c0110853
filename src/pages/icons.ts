import { EVENT_TYPES, type EventType } from "#wire";
import { eventSymbols } from "./event-symbols.ts";
import { html, type Html } from "./html.ts";

/** What a device can be drawn as in lists and panels; `arrow` is what it is without a choice. */
export const deviceIcons = [
  "arrow",
  "car",
  "truck",
  "bus",
  "bike",
  "person",
  "ship",
  "plane",
  "phone",
] as const;

/** Name of a symbol of the sprite. */
export type IconName =
  | (typeof deviceIcons)[number]
  | EventType
  | "other"
  | "menu"
  | "bell"
  | "close"
  | "theme"
  | "polygon"
  | "circle"
  | "corridor";

/** The icon a device asks for, or the arrow when it asks for none that exists. */
export function deviceIcon(icon: string | undefined): IconName {
  return deviceIcons.find((known) => known === icon) ?? "arrow";
}

/** The icon of an event type. */
export function eventIcon(type: string): IconName {
  return EVENT_TYPES.find((known) => known === type) ?? "other";
}

/** Uses a symbol of the sprite, 16 × 16, in the colour of the text around it; hidden from screen readers. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${name}"></use></svg>`;
}

/** All symbols, drawn with strokes of 1.25 on a grid of 16; put once at the start of a page. */
export function sprite(): Html {
  return html`<svg class="sprite" width="0" height="0" aria-hidden="true">
    <symbol id="i-arrow" viewBox="0 0 16 16"><path class="solid" d="M8 1.5 13 14 8 11 3 14Z" /></symbol>
    <symbol id="i-car" viewBox="0 0 16 16">
      <path d="M2 11.5v-3L3.8 4.5h8.4L14 8.5v3Z M2 8.5h12" />
      <circle cx="4.8" cy="11.7" r="1.3" />
      <circle cx="11.2" cy="11.7" r="1.3" />
    </symbol>
    <symbol id="i-truck" viewBox="0 0 16 16">
      <path d="M1.5 4h8v7.5h-8Z M9.5 6.5h3l2 2.5v2.5h-5Z" />
      <circle cx="4.5" cy="12" r="1.3" />
      <circle cx="11.7" cy="12" r="1.3" />
    </symbol>
    <symbol id="i-bus" viewBox="0 0 16 16">
      <path d="M2.5 3h11v9h-11Z M2.5 8h11 M8 3v5" />
      <circle cx="5" cy="12.3" r="1.2" />
      <circle cx="11" cy="12.3" r="1.2" />
    </symbol>
    <symbol id="i-bike" viewBox="0 0 16 16">
      <circle cx="4" cy="10.5" r="2.5" />
      <circle cx="12" cy="10.5" r="2.5" />
      <path d="M4 10.5 6.5 5.5h4L12 10.5 M6.5 5.5 8 10.5 10.5 5.5 M9.5 3.5h1.5" />
    </symbol>
    <symbol id="i-person" viewBox="0 0 16 16">
      <circle cx="8" cy="4.2" r="2.2" />
      <path d="M3.5 14c0-3.2 1.8-5 4.5-5s4.5 1.8 4.5 5" />
    </symbol>
    <symbol id="i-ship" viewBox="0 0 16 16">
      <path d="M2 9.500h12L12 13.500H4Z M4.5 9.500v-3h7v3 M8 6.500V2.5" />
    </symbol>
    <symbol id="i-plane" viewBox="0 0 16 16">
      <path
        class="solid"
        d="M8 1.200c.7 0 1 1 1 2v2.600l5.5 3.500v1.500L9 9.200v3l1.8 1.300v1.200L8 14l-2.8.7v-1.200L7 12.200v-3l-5.5 1.600V9.300L7 5.800V3.200c0-1 .3-2 1-2Z"
      />
    </symbol>
    <symbol id="i-phone" viewBox="0 0 16 16"><path d="M4.5 1.500h7v13h-7Z M7 12.500h2" /></symbol>
    ${eventSymbols()}
    <symbol id="i-other" viewBox="0 0 16 16"><circle cx="8" cy="8" r="3.5" /></symbol>
    <symbol id="i-close" viewBox="0 0 16 16"><path d="M3.5 3.500l9 9 M12.5 3.500l-9 9" /></symbol>
    <symbol id="i-theme" viewBox="0 0 16 16">
      <circle cx="8" cy="8" r="5.5" />
      <path class="solid" d="M8 2.500a5.5 5.5 0 0 1 0 11Z" />
    </symbol>
    <symbol id="i-menu" viewBox="0 0 16 16"><path d="M2.5 4.500h11 M2.5 8h11 M2.5 11.500h11" /></symbol>
    <symbol id="i-bell" viewBox="0 0 16 16">
      <path d="M3 12h10l-1.200-2V7a3.800 3.800 0 0 0-7.600 0v3Z M6.700 14h2.600 M8 3.200V1.800" />
    </symbol>
    <symbol id="i-polygon" viewBox="0 0 16 16"><path d="M3 5.5 9 2.500l4.5 5-3 6-6.5-1Z" /></symbol>
    <symbol id="i-circle" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5" /></symbol>
    <symbol id="i-corridor" viewBox="0 0 16 16"><path d="M2 12.5 6 6l4 3.5 4-7" /></symbol>
  </svg>`;
}
