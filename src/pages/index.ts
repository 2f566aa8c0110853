export { deviceItem, deviceItems, deviceState, emptyDevices, rowIcon } from "./device-list.ts";
export { devicePanel } from "./device-panel.ts";
export type { Assets, Frame, Theme } from "./document.ts";
export { errorsPage } from "./errors-page.ts";
export { emptyFeed, eventItem, eventVerb } from "./event-feed.ts";
export { emptyFences, fenceItem, fenceItems } from "./fence-list.ts";
export {
  formatAge,
  formatCount,
  formatCourse,
  formatDistance,
  formatSpeed,
  formatTime,
  staleAfter,
  standingBelow,
} from "./format.ts";
export { escapeHtml, Html, html, type Insert } from "./html.ts";
export { deviceIcons, icon, type IconName } from "./icons.ts";
export { mapPage, type MapPage, type Tab } from "./map-page.ts";
export { connectPage, eventsPage, messagePage, signInPage } from "./plain-pages.ts";
export { eventRow, type DeviceRow, type DeviceView, type EventRow, type FenceRow } from "./views.ts";
