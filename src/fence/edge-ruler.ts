import { distance, radians } from "#geo";
import { pieceDistance } from "./corridor.ts";
import { metersPerLat, metersPerLon, nearestEquator, pathBound } from "./measure.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Farther than this many metres, or nearer to a pole than this latitude, edges are measured by geodesics. */
const rulerReach = 20_000;
const rulerLatitude = 80;
/** Edges, or pieces of long ones, that one question may measure; a geodesic counts as much as so many of them. */
const budget = 200_000;
const geodesicCost = 20;

/**
 * Measures how near the edges of polygons come to one place: `aim` at it, then `measure` edges. On the plane that
 * touches the place the foot on each edge is found; the way there is measured at its middle latitude, as for
 * corridors. Long edges are no worse than short ones: only a foot that is near counts.
 */
export class EdgeRuler {
  /** The place; `lon` may be moved by whole turns to match the edges. */
  lon: number = NaN;
  lat: number = NaN;
  /** Metres: edges farther away are not found. */
  limit: number = NaN;
  /** Half width and height in degrees of a box around the place that holds all within the limit. */
  aside: number = NaN;
  up: number = NaN;
  /** Least distance in metres to the edges since the last `reset`, Infinity for none within the limit. */
  least: number = Infinity;
  /** The same for edges that lie on ±180°, where polygons are cut. */
  leastOnCut: number = Infinity;
  #kx = NaN;
  #ky = NaN;
  #slope = NaN;
  #geodesic = false;
  #left = 0;

  aim(lon: number, lat: number, limit: number): void {
    this.lon = lon;
    this.limit = limit;
    this.up = (limit / 110_570) * 1.001;
    this.#left = budget;
    this.#geodesic = limit > rulerReach || Math.abs(lat) >= rulerLatitude;
    if (lat !== this.lat) {
      this.lat = lat;
      this.#kx = metersPerLon(lat);
      this.#ky = metersPerLat(lat);
      // Half of how a degree of longitude shrinks with each degree of latitude.
      this.#slope = (-this.#kx * Math.tan(lat * radians) * radians) / 2;
    }
    const farthest = Math.abs(lat) + this.up;
    // A degree of longitude is worth least where the box is nearest to a pole.
    this.aside = farthest >= 89.9 ? 360 : (limit / (111_310 * Math.cos(farthest * radians))) * 1.01;
  }

  /** Whether so much was measured that the rest must stay unknown. */
  get exhausted(): boolean {
    return this.#left < 0;
  }

  reset(): void {
    this.least = Infinity;
    this.leastOnCut = Infinity;
  }

  /** Takes the edges of some runs into account: `count` pairs from `at`, first vertex and number of edges. */
  measure(vertices: Vertices, runs: Int32Array, at: number, count: number): void {
    const { lon, lat, aside, up } = this;
    for (let r = 0; r < count; r++) {
      const first = runs[at + 2 * r] ?? 0;
      const edges = runs[at + 2 * r + 1] ?? 0;
      const page = vertices.pages[first >>> pageBits];
      if (page === undefined) continue;
      this.#left -= edges;
      let i = (first & pageMask) * 2;
      let ax = (page[i] ?? 0) - lon;
      let ay = (page[i + 1] ?? 0) - lat;
      for (const end = i + 2 * edges; i < end;) {
        i += 2;
        const bx = (page[i] ?? 0) - lon;
        const by = (page[i + 1] ?? 0) - lat;
        const apart =
          (ax > aside && bx > aside) ||
          (ax < -aside && bx < -aside) ||
          (ay > up && by > up) ||
          (ay < -up && by < -up);
        if (!apart) this.#edge(page, i - 2, ax, ay, bx, by);
        ax = bx;
        ay = by;
      }
    }
  }

  /** One edge, its ends as differences from the place, and where they are in the page. */
  #edge(page: Float64Array, i: number, ax: number, ay: number, bx: number, by: number): void {
    const upright = page[i] === page[i + 2];
    const level = page[i + 1] === page[i + 3];
    // An edge on a pole is one place: the ends of its neighbours are there as well.
    if (level && Math.abs(page[i + 1] ?? 0) === 90) return;
    const d = this.#geodesic ? this.#around(ax, ay, bx, by) : this.#near(ax, ay, bx, by);
    if (d > this.limit) return;
    if (upright && Math.abs(page[i] ?? 0) === 180) {
      if (d < this.leastOnCut) this.leastOnCut = d;
    } else if (d < this.least) this.least = d;
  }

  #near(ax: number, ay: number, bx: number, by: number): number {
    const kx = this.#kx;
    const ky = this.#ky;
    const dx = bx - ax;
    const dy = by - ay;
    const ex = dx * kx;
    const ey = dy * ky;
    const square = ex * ex + ey * ey;
    const along = square === 0 ? 0 : -(ax * kx * ex + ay * ky * ey) / square;
    const s = along < 0 ? 0 : along > 1 ? 1 : along;
    const y = ay + s * dy;
    const x = (ax + s * dx) * (kx + this.#slope * y);
    return Math.sqrt(x * x + y * ky * y * ky);
  }

  /** In pieces of at most a degree, those apart that their middle and length rule out. */
  #around(ax: number, ay: number, bx: number, by: number): number {
    const { lon, lat } = this;
    const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))));
    let least = this.limit;
    let found = Infinity;
    let [x0, y0] = [lon + ax, lat + ay];
    for (let k = 1; k <= pieces; k++) {
      const x1 = lon + ax + ((bx - ax) * k) / pieces;
      const y1 = lat + ay + ((by - ay) * k) / pieces;
      const half = pathBound(x1 - x0, y1 - y0, nearestEquator(y0, y1)) / 2;
      this.#left -= geodesicCost;
      if (distance(lon, lat, (x0 + x1) / 2, (y0 + y1) / 2) - half <= least) {
        const d = pieceDistance(lon, lat, x0, y0, x1, y1, -Infinity);
        if (d < least) [least, found] = [d, d];
      }
      [x0, y0] = [x1, y1];
    }
    return found;
  }
}
