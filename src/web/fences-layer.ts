import type {
  ExpressionSpecification,
  FilterSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibreMap,
} from "maplibre-gl";
import { type FenceNews } from "./live-connection.ts";
import type { FenceFeature, FenceId } from "#wire";
import { ApiError, loadFences, request } from "./api.ts";
import { token } from "./dom.ts";
import { fenceShapes } from "./fence-shapes.ts";

const source = "fences";

/** All fences: what they are, and their shapes on the map below the markers. */
export class FencesLayer {
  readonly fences = new Map<FenceId, FenceFeature>();
  selected: FenceId | undefined;
  #hidden: FenceId | undefined;
  readonly #map: MapLibreMap;
  readonly #changed: () => void;

  /** `changed` is called after the set of fences or one of them changed. */
  constructor(map: MapLibreMap, changed: () => void) {
    this.#map = map;
    this.#changed = changed;
  }

  /** Reads all fences anew. */
  async load(): Promise<void> {
    const fences = await loadFences();
    this.fences.clear();
    for (const fence of fences) this.fences.set(fence.id, fence);
    this.#refresh();
  }

  /** Follows a notice of the live stream. */
  async follow({ fence: id, change }: FenceNews): Promise<void> {
    if (change === "deleted") {
      if (this.fences.delete(id)) this.#refresh();
      return;
    }
    try {
      const answer = await request("GET", `/api/fences/${encodeURIComponent(id)}`);
      this.put(await answer.json());
    } catch (error) {
      // Deleted again before it could be read: the notice of that is on its way.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Takes a fence that this page has just saved. */
  put(fence: FenceFeature): void {
    this.fences.set(fence.id, fence);
    this.#refresh();
  }

  /** Marks one fence, or none. */
  select(id: FenceId | undefined): void {
    this.selected = id;
    for (const layer of ["fence-chosen", "fence-line-chosen"] as const) {
      if (this.#map.getLayer(layer)) this.#map.setFilter(layer, isChosen(layer, id));
    }
  }

  /** Leaves one fence out of the map, because it is being changed and drawn by other hands; undefined shows all. */
  hide(id: FenceId | undefined): void {
    if (id === this.#hidden) return;
    this.#hidden = id;
    this.#draw();
  }

  /** Adds source and layers to a style that has just been loaded. */
  attach(): void {
    this.#map.addSource(source, { type: "geojson", data: this.#shapes(), tolerance: 0.3 });
    for (const layer of fenceLayers()) this.#map.addLayer(layer);
    this.select(this.selected);
  }

  #refresh(): void {
    this.#draw();
    this.#changed();
  }

  #draw(): void {
    void this.#map.getSource<GeoJSONSource>(source)?.setData(this.#shapes());
  }

  #shapes(): ReturnType<typeof fenceShapes> {
    return fenceShapes([...this.fences.values()].filter(({ id }) => id !== this.#hidden));
  }
}

/** A corridor is a line: filling it would close it. */
function isChosen(layer: "fence-chosen" | "fence-line-chosen", id: FenceId | undefined): FilterSpecification {
  const same: ExpressionSpecification = ["==", ["get", "id"], id ?? ""];
  const shape: ExpressionSpecification =
    layer === "fence-chosen" ? ["!=", ["geometry-type"], "LineString"] : ["!", ["has", "label"]];
  return ["all", same, shape];
}

/** Layers in the colours that the page has now. */
function fenceLayers(): LayerSpecification[] {
  const line = token("fence");
  const chosen = token("signal");
  const area: FilterSpecification = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]];
  const corridor: FilterSpecification = ["==", ["geometry-type"], "LineString"];
  // A width in metres: what it is in pixels at zoom 0, doubled with every zoom.
  const far: ExpressionSpecification = ["get", "wide"];
  const near: ExpressionSpecification = ["*", 2 ** 22, ["get", "wide"]];
  const width: ExpressionSpecification = ["interpolate", ["exponential", 2], ["zoom"], 0, far, 22, near];
  return [
    {
      id: "fence-fill",
      type: "fill",
      source,
      filter: area,
      paint: { "fill-color": line, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 3, 0.015, 8, 0.07] },
    },
    {
      id: "fence-corridor",
      type: "line",
      source,
      filter: corridor,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": line, "line-opacity": 0.14, "line-width": width },
    },
    {
      id: "fence-outline",
      type: "line",
      source,
      paint: {
        "line-color": line,
        "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.75, 8, 1.25],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 2, 0.3, 6, 0.5, 10, 0.9],
      },
    },
    {
      id: "fence-line-chosen",
      type: "line",
      source,
      filter: isChosen("fence-line-chosen", undefined),
      paint: { "line-color": chosen, "line-width": 2 },
    },
    {
      id: "fence-chosen",
      type: "fill",
      source,
      filter: isChosen("fence-chosen", undefined),
      paint: { "fill-color": chosen, "fill-opacity": 0.08 },
    },
    {
      id: "fence-names",
      type: "symbol",
      source,
      filter: ["all", ["has", "label"], ["<=", ["get", "label"], ["zoom"]]],
      minzoom: 4,
      layout: {
        "text-field": ["get", "name"],
        "text-font": ["IBM Plex Sans"],
        "text-size": 11,
        "text-max-width": 10,
      },
      paint: { "text-color": line, "text-halo-color": token("land"), "text-halo-width": 1.25 },
    },
  ];
}
