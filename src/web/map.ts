import {
  AttributionControl,
  Map as MapLibreMap,
  NavigationControl,
  ScaleControl,
  setWorkerCount,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { BBox } from "#geo";
import { basemapStyle, type StyleName } from "#tiles";

/** Part of the view that is watched beyond each edge, so that a small pan shows no empty margin. */
const margin = 0.2;

/** So much room is left around the devices at the start; on phones the lists cover the bottom. */
const startPadding = { top: 64, left: 64, right: 64, bottom: 144 };

/**
 * Makes the map in `container`; zoom and centre live in the address after `#`. Without them it shows the box in
 * `data-extent`, or the world.
 */
export function createMap(container: HTMLElement, theme: StyleName, basemap?: string): MapLibreMap {
  setWorkerUrl(workerUrl);
  setWorkerCount(1);
  const extent = container.dataset["extent"]?.split(" ").map(Number) ?? [];
  const map = new MapLibreMap({
    container,
    style: styleOf(theme, basemap),
    center: [8, 30],
    zoom: 1.8,
    ...(extent.length === 4 && {
      bounds: extent as [number, number, number, number],
      fitBoundsOptions: { padding: startPadding, maxZoom: 14 },
    }),
    minZoom: 1,
    maxZoom: 19,
    maxPitch: 0,
    hash: true,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    refreshExpiredTiles: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  return map;
}

/** The style of a light, as MapLibre takes it; `basemap`: where its tiles are described. */
export function styleOf(theme: StyleName, basemap = "/tiles/basemap.json"): StyleSpecification {
  const style = basemapStyle(theme, new URL(basemap, location.href).href);
  return style as unknown as StyleSpecification;
}

/** The view with its margin; the whole width of the world when it shows that much. */
export function watchedBox(map: MapLibreMap): BBox {
  const bounds = map.getBounds();
  const [west, south, east, north] = [
    bounds.getWest(),
    bounds.getSouth(),
    bounds.getEast(),
    bounds.getNorth(),
  ];
  const [wide, high] = [(east - west) * margin, (north - south) * margin];
  const lat = (value: number): number => Math.max(-90, Math.min(90, value));
  if (east - west + 2 * wide >= 360) return [-180, lat(south - high), 180, lat(north + high)];
  return [wrapped(west - wide), lat(south - high), wrapped(east + wide), lat(north + high)];
}

function wrapped(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
}
