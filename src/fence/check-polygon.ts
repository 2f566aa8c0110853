import { orient2d } from "robust-predicates";
import { pointInRing } from "#geo";
import { findCrossing } from "./ring-crossings.ts";

type Ring = readonly (readonly number[])[];

/** What is wrong with the rings of one polygon whose numbers are in order, or undefined. `name` is where it stands in the geometry. */
export function checkPolygon(rings: readonly Ring[], name: string): string | undefined {
  for (const [r, ring] of rings.entries()) {
    const flaw = checkRing(ring, `${name}ring ${r}`);
    if (flaw !== undefined) return flaw;
  }
  const shell = rings[0] ?? [];
  let [west, east] = [Infinity, -Infinity];
  for (const at of shell) {
    west = Math.min(west, at[0] ?? NaN);
    east = Math.max(east, at[0] ?? NaN);
  }
  if (east - west > 360) return `${name}ring 0 is ${east - west} degrees wide, expected at most 360`;
  return checkCrossings(rings, name) ?? checkHoles(rings, name);
}

/** Closed, long enough, and around some area. */
function checkRing(ring: Ring, name: string): string | undefined {
  if (ring.length < 4) return `${name} has ${ring.length} positions, expected at least 4`;
  const [first, last] = [ring[0], ring.at(-1)];
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
    return `${name} is open: it starts at ${show(first)} and ends at ${show(last)}`;
  const [ax = NaN, ay = NaN] = first ?? [];
  const other = ring.find((at) => at[0] !== ax || at[1] !== ay);
  const [bx = NaN, by = NaN] = other ?? [];
  if (other === undefined || ring.every((at) => orient2d(ax, ay, bx, by, at[0] ?? NaN, at[1] ?? NaN) === 0))
    return `${name} has no area: all its positions lie on one line`;
  return undefined;
}

function checkCrossings(rings: readonly Ring[], name: string): string | undefined {
  const starts = [0];
  for (const ring of rings) starts.push((starts.at(-1) ?? 0) + ring.length);
  const xy = new Float64Array(2 * (starts.at(-1) ?? 0));
  let i = 0;
  for (const ring of rings)
    for (const at of ring) {
      xy[i++] = at[0] ?? NaN;
      xy[i++] = at[1] ?? NaN;
    }
  const found = findCrossing(xy, starts);
  if (found === undefined) return undefined;
  if (found === "dense") return `${name}the edges lie too densely across each other to be checked`;
  const ringOf = (v: number): number => starts.findLastIndex((start) => start <= v);
  const [a, b] = [ringOf(found.first), ringOf(found.second)];
  const edge = (v: number): string =>
    `${show(Array.from(xy.subarray(2 * v, 2 * v + 2)))}–${show(Array.from(xy.subarray(2 * v + 2, 2 * v + 4)))}`;
  return a === b
    ? `${name}ring ${a} crosses itself: edge ${edge(found.first)} and edge ${edge(found.second)}`
    : `${name}ring ${b} crosses ring ${a}: edge ${edge(found.second)} and edge ${edge(found.first)}`;
}

/** Nothing crosses, so one position of a hole that is not on the shell tells where the hole is. */
function checkHoles(rings: readonly Ring[], name: string): string | undefined {
  const shell = rings[0] ?? [];
  for (let r = 1; r < rings.length; r++)
    for (const at of rings[r] ?? []) {
      const where = pointInRing(at[0] ?? NaN, at[1] ?? NaN, shell);
      if (where === "boundary") continue;
      if (where === "inside") break;
      return `${name}ring ${r} is a hole outside its shell: ${show(at)}`;
    }
  return undefined;
}

function show(at: readonly number[] | undefined): string {
  return `[${at?.join(", ") ?? ""}]`;
}
