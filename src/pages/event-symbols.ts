import { html, type Html } from "./html.ts";

/** The symbols of the types of events, one each, as in `sprite`. A bracket or box is a fence, a dot is a device. */
export function eventSymbols(): Html {
  return html`<symbol id="i-enter" viewBox="0 0 16 16">
      <path d="M1.5 8h7.5 M6 4.8 9.2 8 6 11.2 M9.5 2.500h4v11h-4" />
    </symbol>
    <symbol id="i-exit" viewBox="0 0 16 16">
      <path d="M6.5 8h8 M11.3 4.8 14.5 8l-3.2 3.2 M6.5 2.500h-4v11h4" />
    </symbol>
    <symbol id="i-cross" viewBox="0 0 16 16">
      <path d="M1 8h13.5 M11.3 4.8 14.5 8l-3.2 3.2 M5 2.500v3 M5 10.500v3 M9 2.500v3 M9 10.500v3" />
    </symbol>
    <symbol id="i-dwell" viewBox="0 0 16 16">
      <path d="M2.500 5.500v-3h3 M10.500 2.500h3v3 M13.500 10.500v3h-3 M5.500 13.500h-3v-3" />
      <path d="M8 5v3.200l2 1.300" />
    </symbol>
    <symbol id="i-absent" viewBox="0 0 16 16">
      <path d="M2.500 5.500v-3h3 M10.500 2.500h3v3 M13.500 10.500v3h-3 M5.500 13.500h-3v-3" />
      <path d="M6 6l4 4 M10 6l-4 4" />
    </symbol>
    <symbol id="i-silent" viewBox="0 0 16 16">
      <circle class="solid" cx="4" cy="12" r="1.300" />
      <path d="M4 8a4 4 0 0 1 4 4 M4 4a8 8 0 0 1 8 8 M9.500 2.500l4 4 M13.500 2.500l-4 4" />
    </symbol>
    <symbol id="i-overspeed" viewBox="0 0 16 16">
      <path d="M2.300 11.500a6.200 6.200 0 1 1 11.400 0 M8 9.500l3-4.300" />
      <circle class="solid" cx="8" cy="9.500" r="1.200" />
    </symbol>
    <symbol id="i-stopped" viewBox="0 0 16 16"><path d="M4 4h8v8H4Z" /></symbol>
    <symbol id="i-moving" viewBox="0 0 16 16"><path d="M4.500 3l8 5-8 5Z" /></symbol>
    <symbol id="i-proximity" viewBox="0 0 16 16">
      <circle class="solid" cx="8" cy="8" r="1" />
      <path d="M1 8h4 M3.300 6 5.300 8l-2 2 M15 8h-4 M12.700 6l-2 2 2 2" />
    </symbol>
    <symbol id="i-apart" viewBox="0 0 16 16">
      <circle class="solid" cx="8" cy="8" r="1" />
      <path d="M5.500 8h-4 M3.500 6l-2 2 2 2 M10.500 8h4 M12.500 6l2 2-2 2" />
    </symbol>
    <symbol id="i-withdrawn" viewBox="0 0 16 16">
      <path d="M2.500 6.500h7a3.500 3.500 0 0 1 0 7H5 M5.500 3.500l-3 3 3 3" />
    </symbol>
    <symbol id="i-revised" viewBox="0 0 16 16">
      <path d="M3 13l.6-2.600 7.400-7.400 2 2-7.400 7.400Z M9.500 4.500l2 2" />
    </symbol>`;
}
