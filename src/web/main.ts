import "@fontsource/ibm-plex-sans/latin-400.css";
import "@fontsource/ibm-plex-sans/latin-600.css";
import "@fontsource/ibm-plex-sans/latin-ext-400.css";
import "@fontsource/ibm-plex-sans/latin-ext-600.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/lists.css";
import "./styles/panel.css";
import "./styles/map.css";
import "./styles/pages.css";
import "./styles/forms.css";
import "./styles/share.css";
import { keepAges } from "./event-feed.ts";

/** Pages without a map need the light switch and true ages only; the map's code is not even fetched for them. */
async function start(): Promise<void> {
  keepAges();
  if (document.body.dataset["page"] === "map") {
    const { startMap } = await import("./start-map.ts");
    startMap();
  } else if (document.body.dataset["page"] === "share") {
    const { startShare } = await import("./start-share.ts");
    startShare();
  } else if (document.getElementById("theme")) {
    const [{ watchTheme }, { startForms }] = await Promise.all([import("./theme.ts"), import("./plain.ts")]);
    watchTheme(() => {});
    startForms();
  }
  if (document.querySelector("[data-passkey]")) {
    const { offerPasskeys } = await import("./passkey.ts");
    offerPasskeys();
  }
}

void start();
