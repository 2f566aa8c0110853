import { App } from "./app.ts";
import { bindControls } from "./controls.ts";
import { bindSheet } from "./sheet.ts";

/** Brings the page with the map to life. */
export function startMap(): void {
  const app = new App();
  bindControls(app);
  bindSheet();
}
