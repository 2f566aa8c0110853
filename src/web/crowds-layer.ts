import type { Map as MapLibreMap } from "maplibre-gl";
import type { BBox } from "#geo";
import { formatCount } from "#pages";
import type { Crowd } from "#wire";
import { boxHolds } from "./box.ts";
import { shortCount } from "./crowd-words.ts";
import type { Fleet } from "./fleet.ts";
import { toUnitSquare } from "./mercator.ts";
import { toScreen } from "./marker-labels.ts";

/** Zoom levels that a press on a crowd goes in by: its cell fills the map then. */
const deeper = 2.5;

interface Circle {
  readonly element: HTMLButtonElement;
  crowd: Crowd;
  /** In the middle of the devices that are drawn, as it was when the crowd came; unit square of web mercator. */
  readonly place: readonly [x: number, y: number];
  readonly lngLat: readonly [lng: number, lat: number];
}

/** Where more devices are than can be told apart: a circle with how many there are; the markers of some are drawn too. */
export class CrowdsLayer {
  readonly #map: MapLibreMap;
  readonly #fleet: Fleet;
  readonly #layer = document.createElement("div");
  readonly #circles = new Map<string, Circle>();

  constructor(map: MapLibreMap, fleet: Fleet) {
    this.#map = map;
    this.#fleet = fleet;
    this.#layer.className = "crowds";
    // Inside of what listens to wheel and fingers, so that the map can be moved from on top of a circle.
    map.getCanvasContainer().append(this.#layer);
  }

  /** Shows these crowds and no others. */
  show(crowds: readonly Crowd[]): void {
    const kept = new Set(crowds.map(keyOf));
    for (const [key, { element }] of this.#circles) {
      if (kept.has(key)) continue;
      element.remove();
      this.#circles.delete(key);
    }
    for (const crowd of crowds) {
      const circle = this.#circles.get(keyOf(crowd)) ?? this.#add(crowd);
      circle.crowd = crowd;
      describe(circle);
    }
    this.#map.triggerRepaint();
  }

  /** Puts the circles where the map is now. Called after each frame. */
  place(): void {
    for (const { element, place } of this.#circles.values()) {
      const { x, y } = toScreen(this.#map, ...place);
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
    }
  }

  /** Devices that are counted and not drawn, in crowds whose circles lie in the view. */
  hiddenIn(view: BBox): number {
    let sum = 0;
    for (const { crowd, lngLat } of this.#circles.values())
      if (boxHolds(view, ...lngLat)) sum += crowd.hidden;
    return sum;
  }

  #add(crowd: Crowd): Circle {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "crowd";
    const lngLat = this.#middleOf(crowd);
    const circle: Circle = { element, crowd, place: toUnitSquare(...lngLat), lngLat };
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#map.easeTo({ center: [...lngLat], zoom: this.#map.getZoom() + deeper, duration: 600 });
    });
    this.#circles.set(keyOf(crowd), circle);
    this.#layer.append(element);
    return circle;
  }

  /** In the middle of the devices of the cell that are drawn, where most are; or the middle of the cell. */
  #middleOf({ west, south, size }: Crowd): readonly [lng: number, lat: number] {
    const [lngs, lats]: [number[], number[]] = [[], []];
    for (let slot = 0; slot < this.#fleet.count; slot++) {
      const [lng, lat] = [this.#fleet.lon[slot] ?? 0, this.#fleet.lat[slot] ?? 0];
      if (lng < west || lng >= west + size || lat < south || lat >= south + size) continue;
      lngs.push(lng);
      lats.push(lat);
    }
    return [median(lngs) ?? west + size / 2, median(lats) ?? south + size / 2];
  }
}

const median = (values: number[]): number | undefined =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const keyOf = ({ west, south, size }: Crowd): string => `${west} ${south} ${size}`;

function describe({ element, crowd: { shown, hidden } }: Circle): void {
  const text = shortCount(shown + hidden);
  if (element.textContent !== text) element.textContent = text;
  element.title = `${formatCount(shown + hidden)} devices around here, ${formatCount(shown)} of them drawn. Zoom in to see more.`;
}
