import { normalizeLon, type EpochMs } from "#geo";
import { circleOver } from "./circle.ts";
import { firstContact, onlyContact } from "./contact-time.ts";
import { corridorOver } from "./corridor.ts";
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
  const over = overOf(ground, candidate);
  const dx = path.qx - path.px;
  const dy = path.qy - path.py;
  const forward = (s: number): number => over(path.px + s * dx, path.py + s * dy);
  if (type === "cross") return firstContact(forward, path.length, forward(1));
  if (ground.shapes.kind[candidate.shape] === circleKind && path.length < convexPath) {
    const ends = [forward(0), forward(1)] as const;
    if (type === "enter" && ends[0] > 0) return onlyContact(forward, ends[0], ends[1]);
    if (type === "exit" && ends[1] > 0) return 1 - onlyContact((s) => forward(1 - s), ends[1], ends[0]);
  }
  // The end that is inside is known to be so: the pieces at hand may belong to other cells.
  if (type === "enter") {
    const at = firstContact(forward, path.length, Math.min(0, forward(1)));
    return at < 0 ? 1 : at;
  }
  const at = firstContact((s) => forward(1 - s), path.length, Math.min(0, forward(0)));
  return at < 0 ? 0 : 1 - at;
}

/** Metres beyond the radius at a place. */
function overOf(ground: Ground, candidate: Candidate): (lon: number, lat: number) => number {
  const { shapes, vertices } = ground;
  const shape = candidate.shape;
  if (shapes.kind[shape] === circleKind) return (lon, lat) => circleOver(shapes, shape, lon, lat);
  const pieces = Int32Array.from(candidate.pieces);
  const radius = shapes.get(shape, 6);
  return (lon, lat) => corridorOver(vertices, pieces, 0, pieces.length >> 1, radius, lon, lat);
}

/** Time and place at a fraction of the path; exact at both ends, times in whole milliseconds between them. */
export function momentAt(path: Path, from: EpochMs, to: EpochMs, fraction: number): Moment {
  const time = Math.min(to, Math.max(from, Math.round(from + fraction * (to - from))));
  if (fraction >= 1) return { time, lon: normalizeLon(path.qx), lat: path.qy };
  const lon = path.px + fraction * (path.qx - path.px);
  return { time, lon: normalizeLon(lon), lat: path.py + fraction * (path.qy - path.py) };
}
