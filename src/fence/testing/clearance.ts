import type { Fence } from "#wire";
import { judgeOf, lineDistance, meters, normal, type Judge, type Place } from "./oracle.ts";

/** How far a place is from the boundary of a fence. */
export interface Clearance {
  readonly inside: boolean;
  /** Metres; that of the part that holds the place most deeply. */
  readonly distance: number;
  /** Metres by which the engine may measure otherwise. */
  readonly tolerance: number;
}

type Ring = readonly (readonly number[])[];
const earth = 6_378_137;

/** Measures by brute force over all edges, without the engine's tree or ruler. */
export function clearanceOf(fence: Fence, judge: Judge, at: Place, limit: number): Clearance {
  const p: Place = [normal(at[0]), at[1]];
  const { geometry, radius = 0 } = fence;
  const inside = judge.inside(p);
  if (geometry.type === "Polygon") return polygons([geometry.coordinates], judge, inside, p, limit);
  if (geometry.type === "MultiPolygon") return polygons(geometry.coordinates, judge, inside, p, limit);
  const distance = judge.margin(p);
  if (geometry.type === "Point") return { inside, distance, tolerance: 0.01 };
  const toLine = Math.abs(inside ? radius - distance : radius + distance);
  return { inside, distance, tolerance: toleranceAt(toLine, p[1]) };
}

/** The engine's rulers are off by the third power of the distance. */
function toleranceAt(distance: number, lat: number): number {
  const error = (3 * distance ** 3) / (earth * Math.cos(lat * (Math.PI / 180))) ** 2;
  return 0.01 + Math.min(error, distance * 1e-2);
}

function polygons(
  parts: readonly (readonly Ring[])[],
  judge: Judge,
  inside: boolean,
  p: Place,
  limit: number,
): Clearance {
  const answer = (distance: number, tolerance = toleranceAt(distance, p[1])): Clearance => ({
    inside,
    distance,
    tolerance,
  });
  const edges = parts.map((rings) => rings.flatMap(edgesOf));
  if (!inside) return answer(least(p, edges.flat(), limit));
  let most = 0;
  for (const [i, rings] of parts.entries()) {
    if (!judgeOf({ geometry: { type: "Polygon", coordinates: rings as number[][][] } }).inside(p)) continue;
    const own = edges[i]!;
    let distance = least(
      p,
      own.filter((edge) => !isCut(edge)),
      limit,
    );
    const cuts = own.filter(isCut);
    const onCut = least(p, cuts, limit);
    if (onCut < distance && onCut < limit) {
      // Where the fence goes on beyond the meridian, the cut is no boundary and the other side's edges count.
      const sides = openSides(judge, cuts, p, limit);
      if (sides === "mixed" || parts.length > 2) return answer(onCut, Infinity);
      distance =
        sides === "closed"
          ? onCut
          : least(
              p,
              edges.flat().filter((edge) => !isCut(edge)),
              limit,
            );
    }
    most = Math.max(most, distance);
  }
  return answer(most);
}

type Edge = readonly [Place, Place];

const edgesOf = (ring: Ring): Edge[] =>
  ring.slice(1).map((to, i) => [ring[i] as unknown as Place, to as unknown as Place]);

/** On the meridian of ±180, where polygons are cut; edges on a pole are a single place and no boundary either. */
const isCut = ([a, b]: Edge): boolean => a[0] === b[0] && Math.abs(a[0] % 360) === 180;
const isPole = ([a, b]: Edge): boolean => a[1] === b[1] && Math.abs(a[1]) === 90;

function least(p: Place, edges: readonly Edge[], limit: number): number {
  let found = Infinity;
  for (const edge of edges) {
    if (isPole(edge)) continue;
    const [a, b] = edge;
    const low = Math.min(a[1], b[1]) - p[1];
    const high = p[1] - Math.max(a[1], b[1]);
    const most = Math.min(limit, found);
    if (Math.max(low, high) * 110_000 > most) continue;
    const half = Math.hypot(b[0] - a[0], b[1] - a[1]) * 56_000;
    if (meters(p, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]) - half > most) continue;
    found = Math.min(found, lineDistance(p, edge));
  }
  return found;
}

/** Whether the fence lies on both sides of those stretches of the cuts that the limit reaches. */
function openSides(
  judge: Judge,
  cuts: readonly Edge[],
  p: Place,
  limit: number,
): "open" | "closed" | "mixed" {
  const seen = new Set<boolean>();
  for (const [a, b] of cuts)
    for (let k = 0; k <= 400; k++) {
      const lat = a[1] + ((b[1] - a[1]) * k) / 400;
      if (meters(p, [180, lat]) > limit * 1.1 + 1) continue;
      seen.add(judge.inside([180 - 1e-7, lat]) && judge.inside([1e-7 - 180, lat]));
    }
  return seen.size === 2 ? "mixed" : seen.has(true) ? "open" : "closed";
}
