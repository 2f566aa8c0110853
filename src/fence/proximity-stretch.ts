import { distance, normalizeLon, unwrapLon, type Degrees, type EpochMs, type Meters } from "#geo";
import { nearestEquator, pathBound, shortLon } from "./measure.ts";
import { firstMet } from "./proximity-contact.ts";
import type { Ruler } from "./proximity-ruler.ts";
import type { Tail } from "./proximity-tail.ts";

/** Metres by which rounding may spoil a comparison of squares. */
const ROUNDING: Meters = 1e-3;
/** Beyond a limit is more than a hair beyond it, so that a place at the limit is on one side only. */
const HAIR: Meters = 1e-6;

/**
 * A stretch of time in which two devices move straight in lon/lat, at even speed: from `from` to `to`, device A by
 * (ax, ay) → (bx, by), device C by (cx, cy) → (dx, dy). Longitudes go on past 180. Shares of the stretch are 0…1.
 */
export class Stretch {
  from: EpochMs = 0;
  to: EpochMs = 0;
  ax: Degrees = 0;
  ay: Degrees = 0;
  bx: Degrees = 0;
  by: Degrees = 0;
  cx: Degrees = 0;
  cy: Degrees = 0;
  dx: Degrees = 0;
  dy: Degrees = 0;
  /** C as seen from A at the beginning, and by how much that changes. */
  #x: Degrees = 0;
  #y: Degrees = 0;
  #moveX: Degrees = 0;
  #moveY: Degrees = 0;
  /** Shares between which a parabola is not above its limit; empty when the first is not less than the second. */
  #start = 0;
  #end = 0;
  readonly #ruler: Ruler;

  constructor(ruler: Ruler) {
    this.#ruler = ruler;
  }

  /** Puts A where a member is from `from` to `to`, in the motion that begins at its fix `i`. */
  setA(tail: Tail, i: number): void {
    const lon = tail.lon(i);
    const lat = tail.lat(i);
    if (!tail.isWay(i)) {
      [this.ax, this.ay, this.bx, this.by] = [lon, lat, lon, lat];
      return;
    }
    const time = tail.time(i);
    const span = tail.time(i + 1) - time;
    const east = unwrapLon(lon, tail.lon(i + 1)) - lon;
    const north = tail.lat(i + 1) - lat;
    const [s, e] = [(this.from - time) / span, (this.to - time) / span];
    this.ax = lon + s * east;
    this.ay = lat + s * north;
    this.bx = lon + e * east;
    this.by = lat + e * north;
  }

  /** Puts C likewise, and compares the two. A, `from` and `to` must have been set. */
  setC(tail: Tail, i: number): void {
    const { ax, ay, bx, by } = this;
    this.setA(tail, i);
    [this.cx, this.cy, this.dx, this.dy] = [this.ax, this.ay, this.bx, this.by];
    [this.ax, this.ay, this.bx, this.by] = [ax, ay, bx, by];
    this.#x = shortLon(this.cx - ax);
    this.#y = this.cy - ay;
    this.#moveX = this.dx - this.cx - (bx - ax);
    this.#moveY = this.dy - this.cy - (by - ay);
  }

  /** Geodesic distance of the two at a share. */
  distance(s: number): Meters {
    const { ax, ay, bx, by, cx, cy, dx, dy } = this;
    return distance(ax + s * (bx - ax), ay + s * (by - ay), cx + s * (dx - cx), cy + s * (dy - cy));
  }

  /** Time at a share, in whole milliseconds. */
  timeAt(s: number): EpochMs {
    return Math.round(this.from + s * (this.to - this.from));
  }

  /** The middle between the two at a share. */
  middleAt(s: number): { readonly lon: Degrees; readonly lat: Degrees } {
    const { ax, ay, bx, by } = this;
    const lon = ax + s * (bx - ax) + shortLon(this.#x + s * this.#moveX) / 2;
    return { lon: normalizeLon(lon), lat: ay + s * (by - ay) + (this.#y + s * this.#moveY) / 2 };
  }

  /** The first share from `after` on at which they are at most `limit` apart, -1 when there is none. */
  within(limit: Meters, after: number): number {
    if (!this.#lowWithin(limit, after)) return -1;
    const [start, last] = [this.#start, this.#end];
    const sure = this.#highWithin(limit, start);
    if (sure && this.#start <= start) return start;
    const end = sure ? this.#start : last;
    const met = firstMet((s) => this.distance(s) - limit, start, end, this.#rate());
    return met < 0 && sure ? end : met;
  }

  /** The first share from `after` on at which they are more than `limit` apart, -1 when there is none. */
  beyond(limit: Meters, after: number): number {
    const inside = this.#highWithin(limit, after) && this.#start <= after;
    if (inside && this.#end >= 1) return -1;
    const start = inside ? this.#end : after;
    if (!this.#lowWithin(limit, start) || this.#start > start) return start;
    const [end, sure] = [this.#end, this.#end < 1];
    const met = firstMet((s) => limit + HAIR - this.distance(s), start, end, this.#rate());
    return met < 0 && sure ? end : met;
  }

  /** Where they may be within the limit; nowhere else they are. */
  #lowWithin(limit: Meters, after: number): boolean {
    const { lowX, lowY } = this.#ruler;
    // Over more than half a turn the difference is not the short way: latitude alone bounds it.
    const turned = Math.abs(this.#x + this.#moveX) > 180;
    return this.#solve(turned ? 0 : lowX, lowY, limit + ROUNDING, after);
  }

  /** Where they surely are within the limit. */
  #highWithin(limit: Meters, after: number): boolean {
    return this.#solve(this.#ruler.highX, this.#ruler.highY, limit - ROUNDING, after);
  }

  /** Shares from `after` to 1 at which the difference, scaled, is at most `limit` long. */
  #solve(scaleX: number, scaleY: number, limit: Meters, after: number): boolean {
    if (limit < 0) return false;
    const x = this.#x * scaleX;
    const y = this.#y * scaleY;
    const mx = this.#moveX * scaleX;
    const my = this.#moveY * scaleY;
    const a = mx * mx + my * my;
    const b = x * mx + y * my;
    const c = x * x + y * y - limit * limit;
    if (a === 0) {
      this.#start = after;
      this.#end = 1;
      return c <= 0;
    }
    const discriminant = b * b - a * c;
    if (discriminant < 0) return false;
    const root = Math.sqrt(discriminant);
    this.#start = Math.max(after, (-b - root) / a);
    this.#end = Math.min(1, (-b + root) / a);
    return this.#start <= this.#end;
  }

  /** Metres by which the distance can change in the whole stretch, while it is about as long as the ruler reaches. */
  #rate(): Meters {
    const { ax, ay, bx, by, cx, cy, dx, dy } = this;
    const ways =
      pathBound(bx - ax, by - ay, nearestEquator(ay, by)) +
      pathBound(dx - cx, dy - cy, nearestEquator(cy, dy));
    const { highX, highY, twist } = this.#ruler;
    return Math.min(ways, Math.hypot(this.#moveX * highX, this.#moveY * highY) + twist * ways);
  }
}
