import type { Position } from "geojson";
import {
  TerraDrawCircleMode,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  type GeoJSONStoreFeatures,
} from "terra-draw";
import type { LngLat } from "#geo";
import type { FenceFeature } from "#wire";
import { token } from "./dom.ts";
import { circleRing, radiusOf } from "./fence-shapes.ts";

/** Decimals of a drawn degree: about a centimetre. */
export const precision = 7;

/** The modes of terra-draw that fences need, in the colours the page has now. */
export function drawModes(): (
  | TerraDrawPolygonMode
  | TerraDrawCircleMode
  | TerraDrawLineStringMode
  | TerraDrawSelectMode
)[] {
  const signal = token("signal") as `#${string}`;
  const paper = token("land") as `#${string}`;
  const area = { fillColor: signal, fillOpacity: 0.1, outlineColor: signal, outlineWidth: 2 } as const;
  const points = {
    closingPointColor: paper,
    closingPointOutlineColor: signal,
    closingPointWidth: 5,
    closingPointOutlineWidth: 2,
  } as const;
  const corners = { coordinates: { midpoints: true, draggable: true, deletable: true } } as const;
  return [
    new TerraDrawPolygonMode({ styles: { ...area, ...points } }),
    new TerraDrawCircleMode({ styles: area }),
    new TerraDrawLineStringMode({ styles: { lineStringColor: signal, lineStringWidth: 2, ...points } }),
    new TerraDrawSelectMode({
      flags: {
        polygon: { feature: { draggable: true, coordinates: corners.coordinates } },
        linestring: { feature: { draggable: true, coordinates: corners.coordinates } },
        circle: { feature: { draggable: true } },
      },
      styles: {
        selectedPolygonColor: signal,
        selectedPolygonFillOpacity: 0.1,
        selectedPolygonOutlineColor: signal,
        selectedPolygonOutlineWidth: 2,
        selectedLineStringColor: signal,
        selectedLineStringWidth: 2,
        selectionPointColor: paper,
        selectionPointOutlineColor: signal,
        selectionPointWidth: 5,
        selectionPointOutlineWidth: 2,
        midPointColor: signal,
        midPointOutlineColor: paper,
        midPointWidth: 3,
        midPointOutlineWidth: 1,
      },
    }),
  ];
}

/** A fence as terra-draw stores it; undefined for what it cannot change. */
export function storeFeature(fence: FenceFeature): GeoJSONStoreFeatures | undefined {
  const { geometry } = fence;
  const round = (line: readonly Position[]): Position[] =>
    line.map((point) => point.slice(0, 2).map(rounded));
  if (geometry.type === "Polygon") {
    const coordinates = geometry.coordinates.map(round);
    return { type: "Feature", geometry: { type: "Polygon", coordinates }, properties: { mode: "polygon" } };
  }
  if (geometry.type === "LineString") {
    const coordinates = round(geometry.coordinates);
    return {
      type: "Feature",
      geometry: { type: "LineString", coordinates },
      properties: { mode: "linestring" },
    };
  }
  if (geometry.type !== "Point") return undefined;
  const coordinates = [drawnRing(place(geometry.coordinates), radiusOf(fence))];
  return { type: "Feature", geometry: { type: "Polygon", coordinates }, properties: { mode: "circle" } };
}

/** A circle as a ring; terra-draw refuses more decimals than it was told of. */
export function drawnRing(centre: LngLat, radius: number): [number, number][] {
  return circleRing(centre, radius).map(([lon, lat]) => [rounded(lon), rounded(lat)]);
}

function rounded(degrees: number): number {
  return Math.round(degrees * 10 ** precision) / 10 ** precision;
}

/** A position as longitude and latitude. */
export function place([lon = 0, lat = 0]: readonly number[]): LngLat {
  return [lon, lat];
}
