import { App } from "./app.ts";
import { bindControls } from "./controls.ts";
import { bindMenu } from "./menu.ts";
import { bindSheet } from "./sheet.ts";

/** Brings the page with the map to life. */
export function startMap(): void {
  // The map writes its place into the address at once, so this is the moment to see whether the link had one.
  const placed = location.hash !== "";
  const app = new App();
  bindControls(app, placed);
  bindSheet();
  bindMenu();
}
