import { normalizeLon, type EpochMs } from "#geo";
import { circleNearly, circleOver } from "./circle.ts";
import { firstContact, onlyContact } from "./contact-time.ts";
import { corridorNearly, corridorOver } from "./corridor.ts";
import type { Candidate, Path } from "./path.ts";
import { circleKind } from "./shapes.ts";
import type { Ground } from "./load.ts";
import type { CrossingType } from "./types.ts";

/** On paths up to so many metres a straight lon/lat line bends too little to meet a circle's edge three times. */
const convexPath = 2_000;

/** A place and time on the path. */
export interface Moment {
  readonly time: EpochMs;
  readonly lon: number;
  readonly lat: number;
}

/**
 * The fraction of the path at which it first (`enter`, `cross`) or last (`exit`) touches the fence, -1 when a
 * path that is outside at both ends does not.
 */
export function fractionOf(ground: Ground, path: Path, candidate: Candidate, type: CrossingType): number {
  if (candidate.shape === -1) {
    if (candidate.first > candidate.last) return type === "cross" ? -1 : type === "enter" ? 1 : 0;
    return type === "exit" ? candidate.last : candidate.first;
  }
  // Whether a path meets the fence at all is decided exactly; when it did, to less than a millimetre.
  const over = overOf(ground, candidate, type === "cross");
  const dx = path.qx - path.px;
  const dy = path.qy - path.py;
  const forward = (s: number): number => over(path.px + s * dx, path.py + s * dy);
  if (type === "cross") return firstContact(forward, path.length, forward(1));
  const isExit = type === "exit";
  const from = isExit ? (s: number): number => forward(1 - s) : forward;
  const ends = [from(0), from(1)] as const;
  // An end may lie so near to the limit that it is taken for inside.
  if (ends[0] <= 0) return isExit ? 1 : 0;
  const isConvex = ground.shapes.kind[candidate.shape] === circleKind && path.length < convexPath;
  // The end that is inside is known to be so: the pieces at hand may belong to other cells.
  const inner = Math.min(0, ends[1]);
  const at = isConvex ? onlyContact(from, ends[0], inner) : firstContact(from, path.length, inner);
  if (isExit) return at < 0 ? 0 : 1 - at;
  return at < 0 ? 1 : at;
}

/** Metres beyond the radius at a place; `exact` to the last, for what decides. */
function overOf(ground: Ground, candidate: Candidate, exact: boolean): (lon: number, lat: number) => number {
  const { shapes, vertices } = ground;
  const shape = candidate.shape;
  if (shapes.kind[shape] === circleKind) {
    const over = exact ? circleOver : circleNearly;
    return (lon, lat) => over(shapes, shape, lon, lat);
  }
  const pieces = Int32Array.from(candidate.pieces);
  const radius = shapes.get(shape, 6);
  const count = pieces.length >> 1;
  return exact
    ? (lon, lat) => corridorOver(vertices, pieces, 0, count, radius, lon, lat)
    : (lon, lat) => corridorNearly(vertices, pieces, count, radius, lon, lat);
}

/** Time and place at a fraction of the path; exact at both ends, times in whole milliseconds between them. */
export function momentAt(path: Path, from: EpochMs, to: EpochMs, fraction: number): Moment {
  const time = Math.min(to, Math.max(from, Math.round(from + fraction * (to - from))));
  if (fraction >= 1) return { time, lon: normalizeLon(path.qx), lat: path.qy };
  const lon = path.px + fraction * (path.qx - path.px);
  return { time, lon: normalizeLon(lon), lat: path.py + fraction * (path.qy - path.py) };
}
