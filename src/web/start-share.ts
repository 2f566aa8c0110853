import { byId } from "./dom.ts";
import { SharedMap } from "./shared-map.ts";
import { watchTheme } from "./theme.ts";

/** Brings the page of a share link to life. The link's secret stands in the address, and nowhere else. */
export function startShare(): void {
  const secret = /^\/s\/([\w-]+)/.exec(location.pathname)?.[1];
  if (secret === undefined) return;
  const shared = new SharedMap(byId("share"), secret);
  if (document.getElementById("theme")) watchTheme(() => shared.turn());
}
