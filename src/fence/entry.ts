/*
 * A boundary entry: what a leaf knows of one shape whose boundary meets it.
 *
 *   shape, head, (first, count)…, sketch
 *
 * The pairs are runs of consecutive edges, those of the shape that meet the cell: first vertex, number of edges. The
 * head says whether the cell's anchor is inside (bit 0), the kind of the shape (2 bits), which anchor that is
 * (8 bits), whether there is a sketch of the edges (see `sketch.ts`), and how many runs there are.
 */

/** Integers of an entry before its runs. */
export const entryHead = 2;

const sketched = 1 << 11;

/** A head without runs and sketch: whether the cell's anchor is inside (0 or 1), the kind of the shape, the number of the anchor. */
export function headOf(inside: number, kind: number, attempt: number): number {
  return inside | (kind << 1) | (attempt << 3);
}

/** The same head with so many runs, at most 2^19. */
export function withRuns(head: number, runs: number): number {
  return head | (runs << 12);
}

/** The same head of an entry with a sketch. */
export function withSketch(head: number): number {
  return head | sketched;
}

/** The same head of an entry without one. */
export function withoutSketch(head: number): number {
  return head & ~sketched;
}

/** Kind of the shape. */
export function kindIn(head: number): number {
  return (head >>> 1) & 3;
}

/** Which anchor of the cell the entry goes by. */
export function attemptIn(head: number): number {
  return (head >>> 3) & 255;
}

/** Whether a sketch of the edges follows the runs. */
export function isSketched(head: number): boolean {
  return (head & sketched) !== 0;
}

/** Number of runs. */
export function runsIn(head: number): number {
  return head >>> 12;
}

/** Where the entry after the one at `at` begins. */
export function nextEntry(page: Int32Array, at: number): number {
  const head = page[at + 1] ?? 0;
  const end = at + entryHead + 2 * runsIn(head);
  if (!isSketched(head)) return end;
  let next = end;
  for (let i = at + entryHead + 1; i < end; i += 2) next += 1 + (page[i] ?? 0);
  return next;
}
