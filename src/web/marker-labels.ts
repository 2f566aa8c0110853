import type { Map as MapLibreMap } from "maplibre-gl";
import type { Fleet } from "./fleet.ts";
import type { Labels } from "./labels.ts";

/** More markers than this in the view are not named, except the chosen and the pointed-at one. */
const fewest = 40;
const rowHeight = 18;

/** Names beside the markers, as text over the map that follows them while they glide. */
export class MarkerLabels {
  selected: string | undefined;
  hovered: string | undefined;
  readonly #map: MapLibreMap;
  readonly #fleet: Fleet;
  readonly #labels: Labels;
  readonly #layer = document.createElement("div");
  readonly #pool: HTMLElement[] = [];

  constructor(map: MapLibreMap, fleet: Fleet, labels: Labels) {
    this.#map = map;
    this.#fleet = fleet;
    this.#labels = labels;
    this.#layer.className = "marker-labels";
    this.#layer.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().after(this.#layer);
  }

  /** Puts the names where the markers are drawn now. Called after each frame. */
  place(inView: readonly number[]): void {
    const now = Date.now();
    const taken: { readonly x: number; readonly y: number; readonly wide: number }[] = [];
    let used = 0;
    for (const slot of this.#named(inView)) {
      const id = this.#fleet.ids[slot];
      if (id === undefined) continue;
      const { x, y } = this.#screen(slot, now);
      const name = this.#labels.name(id);
      const wide = Math.min(160, name.length * 7 + 8);
      const chosen = id === this.selected || id === this.hovered;
      const clash = taken.some(
        (other) => Math.abs(other.y - y) < rowHeight && x < other.x + other.wide && other.x < x + wide,
      );
      if (clash && !chosen) continue;
      taken.push({ x, y, wide });
      const element = this.#element(used++);
      if (element.textContent !== name) element.textContent = name;
      element.className = id === this.selected ? "chosen" : "";
      element.style.transform = `translate(${(x + (id === this.selected ? 20 : 13)).toFixed(1)}px, ${(y - 9).toFixed(1)}px)`;
      element.hidden = false;
    }
    for (const element of this.#pool.slice(used)) element.hidden = true;
  }

  #named(inView: readonly number[]): readonly number[] {
    const chosen = [this.selected, this.hovered].flatMap((id) => {
      const slot = id === undefined ? undefined : this.#fleet.slot(id);
      return slot === undefined ? [] : [slot];
    });
    const few = inView.length <= fewest ? inView : [];
    return [...new Set([...chosen, ...few])];
  }

  #screen(slot: number, now: number): { readonly x: number; readonly y: number } {
    const [x, y] = this.#fleet.shownAt(slot, now);
    return toScreen(this.#map, x, y);
  }

  #element(index: number): HTMLElement {
    const known = this.#pool[index];
    if (known) return known;
    const element = document.createElement("span");
    this.#layer.append(element);
    this.#pool.push(element);
    return element;
  }
}

/** Unit square of web mercator to CSS pixels of the map, in the copy of the world nearest to the centre; north is up. */
export function toScreen(map: MapLibreMap, x: number, y: number): { readonly x: number; readonly y: number } {
  const centre = map.getCenter();
  const lat = (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90;
  let lng = (x - 0.5) * 360;
  lng -= Math.round((lng - centre.lng) / 360) * 360;
  return map.project([lng, lat]);
}
