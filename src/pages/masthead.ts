import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";

/** Who reads the page: one who may everything, one who decides what is watched, one who does the work of a day, or one who may look. */
export type Reader = "admin" | "manager" | "operator" | "viewer";

/** Does the reader decide what is watched and who is told? */
export const manages = (reader: Reader | undefined): boolean => reader === "manager" || reader === "admin";

/** A page that the navigation leads to. */
export type Place =
  | "/"
  | "/events"
  | "/rules"
  | "/watches"
  | "/targets"
  | "/shares"
  | "/members"
  | "/account"
  | "/connect";

const PLACES: readonly (readonly [place: Place, name: string, whom: Reader])[] = [
  ["/", "Map", "viewer"],
  ["/events", "Events", "viewer"],
  ["/rules", "Rules", "manager"],
  ["/watches", "Watches", "manager"],
  ["/targets", "Targets", "manager"],
  ["/shares", "Share", "operator"],
  ["/members", "Members", "admin"],
  ["/account", "Account", "viewer"],
];

const LADDER: readonly Reader[] = ["viewer", "operator", "manager", "admin"];

function links(reader: Reader, here?: Place): Html {
  const shown = PLACES.filter(([, , whom]) => LADDER.indexOf(reader) >= LADDER.indexOf(whom));
  return html`${shown.map(
    ([place, name]) =>
      html`<a href="${place}" ${place === here ? html`aria-current="page"` : ""}>${name}</a>`,
  )}`;
}

/** Which workspace it is, for who is in several: it leads to the others. */
const place = (workspace: string | undefined): Html | undefined =>
  workspace === undefined
    ? undefined
    : html`<a class="workspace" href="/workspaces" title="${workspace}">${workspace}</a>`;

const light: Html = html`<button type="button" class="quiet-button" id="theme" aria-label="Light or dark">
  ${icon("theme")}
</button>`;

/** Above the lists beside the map: name of the product, state of the connection, the other pages, light. */
export function masthead(reader: Reader, workspace: string | undefined): Html {
  return html`<header class="masthead">
    <a class="wordmark" href="/">Whereabouts</a>${place(workspace)}
    <span class="connection" id="connection" role="status" data-state="connecting"><i></i><span></span></span>
    <details class="menu" id="menu">
      <summary class="quiet-button" aria-label="Other pages">${icon("menu")}</summary>
      <nav aria-label="Pages">${links(reader, "/")}<a href="/connect">Connect a phone</a></nav>
    </details>
    ${light}
  </header>`;
}

/** Above a page that is read rather than watched; without a reader there is nowhere to go. */
export function plainMasthead(
  reader: Reader | undefined,
  here: Place | undefined,
  workspace: string | undefined,
): Html {
  return html`<header class="masthead">
    <a class="wordmark" href="/">Whereabouts</a>${place(workspace)}
    ${reader !== undefined && html`<nav class="places" aria-label="Pages">${links(reader, here)}</nav>`}
    ${light}
  </header>`;
}
