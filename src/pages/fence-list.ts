import { html, type Html } from "./html.ts";
import { icon, type IconName } from "./icons.ts";
import type { FenceRow } from "./views.ts";

/** One row: shape and name. A click takes the map to the fence. */
export function fenceItem(fence: FenceRow): Html {
  return html`<li class="fence" data-id="${fence.id}">
    <a href="/fences#${encodeURIComponent(fence.id)}" data-fence="${fence.id}">
      ${icon(fenceIcon(fence.shape))}<span class="name">${fence.name || fence.id}</span>
    </a>
  </li>`;
}

/** The rows of the list of fences. */
export function fenceItems(fences: readonly FenceRow[]): Html {
  return html`${fences.map(fenceItem)}`;
}

/** The symbol of a fence's shape. */
export function fenceIcon(shape: FenceRow["shape"]): IconName {
  return shape === "Point" ? "circle" : shape === "LineString" ? "corridor" : "polygon";
}

/** The buttons that start drawing; the browser's script shows them, drawing needs the map. */
export function fenceTools(): Html {
  const tool = (shape: IconName, text: string): Html =>
    html`<button type="button" class="tool" data-draw="${shape}">${icon(shape)}${text}</button>`;
  return html`<div class="tools" id="fence-tools" hidden>
    ${tool("polygon", "Area")}${tool("circle", "Circle")}${tool("corridor", "Corridor")}
  </div>`;
}

/** What the list says while there is no fence. */
export function emptyFences(): Html {
  return html`<p class="empty" id="fences-empty">
    No fence yet. Draw an area, a circle or a corridor on the map; from then on every device that enters,
    leaves or crosses it is told in the feed.
  </p>`;
}
