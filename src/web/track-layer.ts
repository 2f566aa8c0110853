import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { DeviceId, PositionBody } from "#wire";
import { loadTrack } from "./api.ts";
import { token } from "./dom.ts";
import { circleRing } from "./fence-shapes.ts";
import { trackLines, type TrackFix } from "./track-lines.ts";

const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Today's track of the selected device, and the circle of its accuracy. */
export class TrackLayer {
  readonly #map: MapLibreMap;
  #fixes: TrackFix[] = [];
  #accuracy: FeatureCollection = nothing;
  #loading = new AbortController();
  #device: DeviceId | undefined;
  /** Farthest zoom at which it was lengthened: live positions are as precise as the zoom needs. */
  #coarsest = Infinity;

  constructor(map: MapLibreMap) {
    this.#map = map;
  }

  /** Loads and draws the track since midnight of the reader's zone; undefined takes it off the map. */
  async show(device: DeviceId | undefined): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#device = device;
    this.#fixes = [];
    this.#coarsest = Infinity;
    this.#accuracy = nothing;
    this.#draw();
    if (device === undefined) return;
    const { signal } = this.#loading;
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const soon = new Date(Date.now() + 5 * 60_000);
    try {
      const fixes = await loadTrack(device, midnight.toISOString(), soon.toISOString(), signal);
      if (signal.aborted) return;
      const newer = this.#fixes;
      const end = fixes.at(-1);
      this.#fixes = [
        ...fixes.map(trackFix),
        ...newer.filter(({ time }) => !end || time > Date.parse(end.time)),
      ];
      this.#draw();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Lengthens the track by a live position of the device that is shown. */
  extend(device: DeviceId, fix: TrackFix): void {
    const last = this.#fixes.at(-1);
    if (device !== this.#device || (last && fix.time <= last.time)) return;
    this.#fixes.push(fix);
    this.#coarsest = Math.min(this.#coarsest, this.#map.getZoom());
    this.#draw();
  }

  /** Reads the track anew where the map shows more than the positions that it was lengthened by were meant for. */
  async sharpen(): Promise<void> {
    if (this.#map.getZoom() > this.#coarsest + 2) await this.show(this.#device);
  }

  /**
   * Draws the circle that holds the true place: centre in degrees, radius in metres, none when it is 0 or no number.
   * `alone`: there is no marker at the centre, because the device is only counted there; then a dot is drawn.
   */
  accuracy(lon: number, lat: number, radius: number, alone: boolean): void {
    const features: Feature[] = [];
    const add = (geometry: Geometry): unknown => features.push({ type: "Feature", properties: {}, geometry });
    if (radius > 0) add({ type: "Polygon", coordinates: [circleRing([lon, lat], radius)] });
    if (alone && Number.isFinite(lon)) add({ type: "Point", coordinates: [lon, lat] });
    this.#accuracy = { type: "FeatureCollection", features };
    void this.#map.getSource<GeoJSONSource>("accuracy")?.setData(this.#accuracy);
  }

  /** Adds sources and layers to a style that has just been loaded. */
  attach(): void {
    const colour = token("track");
    this.#map.addSource("track", { type: "geojson", data: trackLines(this.#fixes) });
    this.#map.addSource("accuracy", { type: "geojson", data: this.#accuracy });
    this.#map.addLayer({
      id: "accuracy",
      type: "fill",
      source: "accuracy",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": token("signal"), "fill-opacity": 0.12, "fill-outline-color": token("signal") },
    });
    this.#map.addLayer({
      id: "track-gaps",
      type: "line",
      source: "track",
      filter: ["==", ["get", "kind"], "gap"],
      paint: { "line-color": colour, "line-width": 1.25, "line-dasharray": [1, 4], "line-opacity": 0.8 },
    });
    this.#map.addLayer({
      id: "track",
      type: "line",
      source: "track",
      filter: ["==", ["get", "kind"], "line"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": 2.25 },
    });
    this.#map.addLayer({
      id: "alone",
      type: "circle",
      source: "accuracy",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 6,
        "circle-color": token("signal"),
        "circle-stroke-width": 1.5,
        "circle-stroke-color": token("marker-halo"),
      },
    });
  }

  /** Puts the dot of a device that has no marker above all markers. */
  raise(): void {
    this.#map.moveLayer("alone");
  }

  #draw(): void {
    void this.#map.getSource<GeoJSONSource>("track")?.setData(trackLines(this.#fixes));
    void this.#map.getSource<GeoJSONSource>("accuracy")?.setData(this.#accuracy);
  }
}

function trackFix({ time, lon, lat, outlier }: PositionBody): TrackFix {
  return { time: Date.parse(time), lon, lat, outlier };
}
