import { eccentricitySquared, equatorRadius, radians } from "#geo";

/** Farther than this many metres, or nearer to a pole than this latitude, the ruler is not good enough. */
export const rulerReach = 20_000;
export const rulerLatitude = 80;

/**
 * Measures short ways from one latitude: on the plane that touches a place, with what a degree of longitude is worth
 * at the middle latitude of the way. Of a way of d metres the error is under `bend`·d³ metres.
 */
class Ruler {
  #lat = NaN;
  /** Metres of a degree of longitude and of latitude at the place. */
  kx = 0;
  ky = 0;
  /** Half of how both change, in metres, with each degree of latitude: the middle latitude of a way decides. */
  slopeX = 0;
  slopeY = 0;
  bend = 0;

  /** Lays the ruler at a latitude, not a pole's. */
  aim(lat: number): void {
    if (lat === this.#lat) return;
    this.#lat = lat;
    const sin = Math.sin(lat * radians);
    const cos = Math.cos(lat * radians);
    const w = 1 / (1 - eccentricitySquared * sin * sin);
    const root = Math.sqrt(w);
    this.kx = equatorRadius * cos * root * radians;
    this.ky = equatorRadius * (1 - eccentricitySquared) * root * w * radians;
    this.slopeX = (this.kx * (eccentricitySquared * sin * cos * w - sin / cos) * radians) / 2;
    this.slopeY = (this.ky * 3 * eccentricitySquared * sin * cos * w * radians) / 2;
    this.bend = 3 / (cos * cos * equatorRadius * equatorRadius);
  }
}

/** The one ruler: hot loops must not allocate. */
export const ruler: Ruler = new Ruler();
