import { emptyFences, fenceItems, formatCount } from "#pages";
import type { FenceFeature } from "#wire";
import { fenceName } from "./fence-shapes.ts";
import { byId, elementOf, fragment } from "./dom.ts";

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Draws the list of fences anew; it changes only when somebody edits a fence. */
export function drawFenceList(fences: Iterable<FenceFeature>, selected: string | undefined): void {
  const rows = [...fences]
    .map((fence) => ({ id: fence.id, shape: fence.geometry.type, name: fenceName(fence) }))
    .toSorted((a, b) => byName.compare(a.name, b.name));
  const list = byId("fence-rows");
  const focused = document.activeElement?.closest<HTMLElement>("#fence-rows li")?.dataset["id"];
  list.replaceChildren(fragment(fenceItems(rows)));
  byId("fence-count").textContent = formatCount(rows.length);
  document.getElementById("fences-empty")?.remove();
  if (rows.length === 0) list.after(elementOf(emptyFences()));
  for (const row of list.children) {
    if (!(row instanceof HTMLElement)) continue;
    row.toggleAttribute("aria-current", row.dataset["id"] === selected);
    if (row.dataset["id"] === focused) row.querySelector("a")?.focus();
  }
}
