import type { Map as MapLibreMap } from "maplibre-gl";
import { TerraDraw, type GeoJSONStoreFeatures } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { distance, type LngLat } from "#geo";
import type { FenceFeature } from "#wire";
import { drawModes, drawnRing, place, precision, storeFeature } from "./draw-modes.ts";
import type { FenceSketch } from "./fence-panel.ts";

/** What can be drawn. */
export type DrawKind = "polygon" | "circle" | "corridor";

/** Told while a reader draws. */
export interface DrawListener {
  /** The shape is complete. */
  finished(): void;
  /** The pointer made a circle of this radius. */
  radius(meters: number): void;
}

/** Drawing with terra-draw. This module and terra-draw are loaded when somebody starts to draw. */
export class FenceDrawing {
  readonly #draw: TerraDraw;
  readonly #listener: DrawListener;
  #kind: DrawKind = "polygon";
  #finished = false;
  #circle: { readonly centre: LngLat } | undefined;

  constructor(map: MapLibreMap, listener: DrawListener) {
    this.#listener = listener;
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: precision }),
      modes: drawModes(),
    });
    this.#draw.start();
    this.#draw.on("finish", (_id, context) => {
      if (context.action === "draw") this.#finish();
      else this.#moved();
    });
    this.#draw.on("change", () => this.#moved());
  }

  /** Starts a new shape. */
  start(kind: DrawKind): void {
    this.#kind = kind;
    this.#draw.clear();
    this.#finished = false;
    this.#circle = undefined;
    this.#draw.setMode(kind === "corridor" ? "linestring" : kind);
  }

  /** Loads a fence so that its points can be dragged. */
  edit(fence: FenceFeature): void {
    const { geometry } = fence;
    this.#kind =
      geometry.type === "Point" ? "circle" : geometry.type === "LineString" ? "corridor" : "polygon";
    this.#draw.clear();
    this.#finished = true;
    const feature = storeFeature(fence);
    if (!feature) return;
    if (geometry.type === "Point") this.#circle = { centre: place(geometry.coordinates) };
    this.#draw.setMode("select");
    const [added] = this.#draw.addFeatures([feature]);
    if (added?.id !== undefined && added.valid) this.#draw.selectFeature(added.id);
  }

  /** A radius typed by hand redraws the circle around the same centre. */
  setRadius(meters: number): void {
    const feature = this.#shape();
    if (this.#kind !== "circle" || !feature || !this.#finished || !(meters > 0) || feature.id === undefined)
      return;
    const centre = this.#circle?.centre ?? centreOf(feature);
    this.#circle = { centre };
    this.#draw.updateFeatureGeometry(feature.id, {
      type: "Polygon",
      coordinates: [drawnRing(centre, meters)],
    });
  }

  /** The shape as a fence without a name; undefined until it is complete. */
  sketch(radius: number): FenceSketch | undefined {
    const feature = this.#shape();
    if (!feature || !this.#finished) return undefined;
    const { geometry } = feature;
    if (this.#kind === "circle") {
      const coordinates = [...centreOf(feature)];
      return { type: "Feature", geometry: { type: "Point", coordinates }, properties: { radius } };
    }
    if (geometry.type === "LineString") return { type: "Feature", geometry, properties: { radius } };
    return geometry.type === "Polygon" ? { type: "Feature", geometry, properties: {} } : undefined;
  }

  /** Takes everything off the map and stops listening to it. */
  stop(): void {
    this.#draw.stop();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    const feature = this.#shape();
    if (feature && this.#kind === "circle") {
      this.#circle = { centre: centreOf(feature) };
      this.#listener.radius(radiusDrawn(feature));
    }
    this.#listener.finished();
    // Not inside terra-draw's own event: it has yet to leave its drawing state.
    queueMicrotask(() => {
      this.#draw.setMode("select");
      if (feature?.id !== undefined) this.#draw.selectFeature(feature.id);
    });
  }

  #moved(): void {
    if (this.#kind !== "circle") return;
    const feature = this.#shape();
    if (!feature) return;
    this.#circle = { centre: centreOf(feature) };
    if (document.activeElement?.getAttribute("name") !== "radius")
      this.#listener.radius(radiusDrawn(feature));
  }

  #shape(): GeoJSONStoreFeatures | undefined {
    const wanted = this.#kind === "corridor" ? "LineString" : "Polygon";
    return this.#draw
      .getSnapshot()
      .find(({ geometry, properties }) => geometry.type === wanted && properties["mode"] !== "select");
  }
}

/** Centre of a drawn circle: halfway between its northernmost and southernmost, westernmost and easternmost points. */
function centreOf({ geometry }: GeoJSONStoreFeatures): LngLat {
  const corners = geometry.type === "Polygon" ? (geometry.coordinates[0] ?? []) : [];
  const lons = corners.map(([lon = 0]) => lon);
  const lats = corners.map(([, lat = 0]) => lat);
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}

function radiusDrawn(feature: GeoJSONStoreFeatures): number {
  const [lon, lat] = centreOf(feature);
  const corners = feature.geometry.type === "Polygon" ? (feature.geometry.coordinates[0] ?? []) : [];
  return distance(lon, lat, lon, Math.max(...corners.map(([, y = 0]) => y)));
}
