import { orient2d } from "robust-predicates";

/** The stretch of a path that touches an edge, as fractions of the path; valid until the next call. */
export interface Contact {
  /** First and last fraction, 0 ≤ first ≤ last ≤ 1; equal unless path and edge lie on each other. */
  first: number;
  last: number;
}

const contact: Contact = { first: 0, last: 0 };

/**
 * Where the closed path p → q meets the closed edge a → b in the plane; undefined where it does not. Whether it
 * meets is decided exactly; the fraction carries the rounding of doubles. Ends that touch count.
 */
export function segmentContact(
  px: number,
  py: number,
  qx: number,
  qy: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): Readonly<Contact> | undefined {
  const p = orient2d(ax, ay, bx, by, px, py);
  const q = orient2d(ax, ay, bx, by, qx, qy);
  if ((p > 0 && q > 0) || (p < 0 && q < 0)) return undefined;
  const a = orient2d(px, py, qx, qy, ax, ay);
  const b = orient2d(px, py, qx, qy, bx, by);
  if ((a > 0 && b > 0) || (a < 0 && b < 0)) return undefined;
  if (p === 0 && q === 0) return overlap(px, py, qx, qy, ax, ay, bx, by);
  const at = p === 0 ? 0 : q === 0 ? 1 : p / (p - q);
  contact.first = at;
  contact.last = at;
  return contact;
}

/** Path and edge on one line, or one of them a single point. */
function overlap(
  px: number,
  py: number,
  qx: number,
  qy: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): Readonly<Contact> | undefined {
  if (Math.max(ax, bx) < Math.min(px, qx) || Math.min(ax, bx) > Math.max(px, qx)) return undefined;
  if (Math.max(ay, by) < Math.min(py, qy) || Math.min(ay, by) > Math.max(py, qy)) return undefined;
  const dx = qx - px;
  const dy = qy - py;
  if (dx === 0 && dy === 0) {
    contact.first = 0;
    contact.last = 0;
    return contact;
  }
  const alongX = Math.abs(dx) >= Math.abs(dy);
  const atA = alongX ? (ax - px) / dx : (ay - py) / dy;
  const atB = alongX ? (bx - px) / dx : (by - py) / dy;
  contact.first = Math.min(1, Math.max(0, Math.min(atA, atB)));
  contact.last = Math.max(0, Math.min(1, Math.max(atA, atB)));
  return contact;
}
