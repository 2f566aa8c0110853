import { radians, type Degrees, type Meters } from "#geo";
import { Lists } from "./lists.ts";

/** Least radius of curvature of the ellipsoid, a(1−e²): on a sphere of this size everything is a little nearer. */
const LEAST_RADIUS: Meters = 6_335_439;
/** Metres of a degree of longitude at the equator. */
const EQUATOR_DEGREE: Meters = 111_320;
const FIRST_BUCKETS = 1 << 10;

/**
 * Which members have been near which places: cells of about equal width in metres, in rows of latitude, each with as
 * many columns as fit around the globe there. So cells do not shrink towards the poles, and the last column meets the
 * first one at the antimeridian.
 *
 * ```
 *  60°  │     │     │     │     │   half as many columns as
 *   0°  │  │  │  │  │  │  │  │  │   at the equator
 * ```
 * Cells are hashed into buckets. Two in one bucket cost time and nothing else: buckets only propose.
 */
export class Cells {
  /** Buckets that the last `cover` found; the first `count` of them. */
  readonly found: number[] = [];
  count = 0;
  /** What has been added to the buckets. */
  readonly lists: Lists = new Lists();
  #buckets: Int32Array<ArrayBuffer> = new Int32Array(FIRST_BUCKETS);
  #entries = 0;
  readonly #cell: Meters;
  readonly #rowHeight: Degrees;
  readonly #rows: number;

  constructor(cell: Meters) {
    this.#cell = cell;
    this.#rowHeight = Math.min(180, cell / (LEAST_RADIUS * radians));
    this.#rows = Math.ceil(180 / this.#rowHeight);
  }

  get bytes(): number {
    return this.#buckets.byteLength + this.lists.bytes;
  }

  /** Reference of the list of a bucket. */
  list(bucket: number): number {
    return this.#buckets[bucket] ?? 0;
  }

  add(bucket: number, entry: number): void {
    this.#buckets[bucket] = this.lists.push(this.list(bucket), entry);
    this.#entries++;
  }

  remove(bucket: number, entry: number): void {
    this.#buckets[bucket] = this.lists.remove(this.list(bucket), entry);
    this.#entries--;
  }

  /** Are the buckets so full that there should be more? */
  get isFull(): boolean {
    return this.#entries > this.#buckets.length;
  }

  /** Empties all buckets, of which there are twice as many from now on: all entries must be added again. */
  grow(): void {
    for (const list of this.#buckets) this.lists.release(list);
    this.#buckets = new Int32Array(this.#buckets.length * 2);
    this.#entries = 0;
  }

  /**
   * Finds the buckets of all cells within `margin` metres of the line from x0, y0 to x1, y1, straight in lon/lat
   * (x1 as it is reached from x0, perhaps past 180). Some may be further away, and found twice.
   */
  cover(x0: Degrees, y0: Degrees, x1: Degrees, y1: Degrees, margin: Meters): void {
    this.count = 0;
    const angle = margin / LEAST_RADIUS;
    const up = angle / radians;
    const aside = margin === 0 ? 0 : reachOfLon(angle, Math.max(Math.abs(y0), Math.abs(y1)) * radians);
    const last = this.#row(Math.max(y0, y1) + up);
    for (let row = this.#row(Math.min(y0, y1) - up); row <= last; row++) {
      const south = row * this.#rowHeight - 90 - up;
      const north = south + this.#rowHeight + 2 * up;
      // Where the line is as near to this row.
      let [from, to] = [0, 1];
      if (y0 !== y1) {
        const [s, n] = [(south - y0) / (y1 - y0), (north - y0) / (y1 - y0)];
        from = Math.max(0, Math.min(s, n));
        to = Math.min(1, Math.max(s, n));
      }
      const [a, b] = [x0 + from * (x1 - x0), x0 + to * (x1 - x0)];
      this.#columns(row, Math.min(a, b) - aside, Math.max(a, b) + aside);
    }
  }

  #columns(row: number, west: Degrees, east: Degrees): void {
    const middle = Math.min(90, (row + 0.5) * this.#rowHeight - 90);
    const around = 360 * EQUATOR_DEGREE * Math.cos(middle * radians);
    const columns = Math.max(1, Math.floor(around / this.#cell));
    const first = Math.floor(((west + 180) / 360) * columns);
    const last = Math.min(first + columns - 1, Math.floor(((east + 180) / 360) * columns));
    for (let c = first; c <= last; c++) {
      const column = c >= 0 && c < columns ? c : c - columns * Math.floor(c / columns);
      this.found[this.count++] = this.#bucket(row, column);
    }
  }

  #row(lat: Degrees): number {
    return Math.max(0, Math.min(this.#rows - 1, Math.floor((lat + 90) / this.#rowHeight)));
  }

  /** Multiplies and folds, so that neighbours fall far apart. */
  #bucket(row: number, column: number): number {
    let hash = Math.imul(row, 0x9e37_79b1) ^ Math.imul(column, 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
    return (hash ^ (hash >>> 13)) & (this.#buckets.length - 1);
  }
}

/** Degrees of longitude that a circle reaches to each side, in radians its size and latitude; 180 where it holds a pole. */
function reachOfLon(angle: number, lat: number): Degrees {
  if (lat + angle >= Math.PI / 2) return 180;
  return Math.asin(Math.min(1, Math.sin(angle) / Math.cos(lat))) / radians;
}
