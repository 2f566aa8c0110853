import type { Feature, FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { DeviceId } from "#wire";
import { token } from "./dom.ts";
import { trackLines, type TrackFix } from "./track-lines.ts";

/** A track as the server tells it: stretches, between which the device was hidden, of time, longitude and latitude. */
interface TrackBody {
  readonly stretches: readonly (readonly (readonly [time: number, lon: number, lat: number])[])[];
}

/** The ways of devices of a share link; nothing is drawn between two stretches. */
export class ShareTracks {
  readonly #map: MapLibreMap;
  readonly #address: string;
  readonly #stretches = new Map<DeviceId, TrackFix[][]>();

  /** `address`: of the share link. */
  constructor(map: MapLibreMap, address: string) {
    this.#map = map;
    this.#address = address;
  }

  /** Loads and draws the way of a device; does nothing when it is there. Answers whether anything came. */
  async show(device: DeviceId): Promise<boolean> {
    if (this.#stretches.has(device)) return false;
    const live: TrackFix[][] = [];
    this.#stretches.set(device, live);
    const answer = await fetch(`${this.#address}/track.json?device=${encodeURIComponent(device)}`);
    if (!answer.ok) {
      this.#stretches.delete(device);
      return false;
    }
    const { stretches } = (await answer.json()) as TrackBody;
    const past = stretches.map((all) => all.map(([time, lon, lat]) => ({ time, lon, lat })));
    const end = past.at(-1)?.at(-1)?.time ?? -Infinity;
    const newer = live.map((all) => all.filter(({ time }) => time > end));
    // What came meanwhile goes on where the past ends.
    const [first = [], ...rest] = newer;
    const last = past.at(-1);
    if (last) last.push(...first);
    else past.push(first);
    this.#stretches.set(device, [...past, ...rest]);
    this.#draw();
    return true;
  }

  /** Is the track of the device drawn, or about to be? */
  has(device: DeviceId): boolean {
    return this.#stretches.has(device);
  }

  /** Lengthens a track that is drawn. */
  extend(device: DeviceId, { time, lon, lat }: TrackFix): void {
    const stretches = this.#stretches.get(device);
    if (!stretches) return;
    let stretch = stretches.at(-1);
    if (!stretch) stretches.push((stretch = []));
    if ((stretch.at(-1)?.time ?? -Infinity) >= time) return;
    stretch.push({ time, lon, lat });
    this.#draw();
  }

  /** The device is hidden: what it does next begins a stretch of its own. */
  interrupt(device: DeviceId): void {
    const stretches = this.#stretches.get(device);
    if (stretches?.at(-1)?.length) stretches.push([]);
  }

  /** Takes everything off the map. */
  clear(): void {
    this.#stretches.clear();
    this.#draw();
  }

  /** Every place that is drawn. */
  *places(): Generator<TrackFix, void> {
    for (const stretches of this.#stretches.values()) for (const stretch of stretches) yield* stretch;
  }

  /** Adds source and layers to a style that has just been loaded. */
  attach(): void {
    this.#map.addSource("tracks", { type: "geojson", data: this.#lines() });
    const line = { type: "line", source: "tracks" } as const;
    const colour = token("track");
    this.#map.addLayer({
      ...line,
      id: "tracks-gaps",
      filter: ["==", ["get", "kind"], "gap"],
      paint: { "line-color": colour, "line-width": 1.25, "line-dasharray": [1, 4], "line-opacity": 0.8 },
    });
    this.#map.addLayer({
      ...line,
      id: "tracks",
      filter: ["==", ["get", "kind"], "line"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": 2.25 },
    });
  }

  #draw(): void {
    void this.#map.getSource<GeoJSONSource>("tracks")?.setData(this.#lines());
  }

  #lines(): FeatureCollection {
    const features: Feature[] = [];
    for (const stretches of this.#stretches.values()) {
      for (const stretch of stretches) features.push(...trackLines(stretch).features);
    }
    return { type: "FeatureCollection", features };
  }
}
