import { distance, radians, type EpochMs } from "#geo";
import { metersPerLat, metersPerLon, shortLon } from "./measure.ts";

/** Most millimetres that a degree has, in any direction and anywhere; over milliseconds it gives metres a second. */
const degreeMost = 111_694_100;
/** Metres that a degree of latitude has at least, and one of longitude over the cosine of the latitude. */
const degreeLeast = 110_574;
/** A device that reports a speed v is believed up to `factor` · v + `allowance` m/s. */
const factor = 3;
const allowance = 15;

/**
 * The step that is being judged: the fix, and the one before it that it is compared with. One object, filled anew
 * for each fix, because numbers passed from function to function would be boxed.
 */
export class Step {
  // The fix: epoch ms, degrees, metres (0 unknown), m/s as reported (NaN unknown).
  time: EpochMs = NaN;
  lon: number = NaN;
  lat: number = NaN;
  accuracy: number = NaN;
  speed: number = NaN;
  /** The fix decides nothing for fences that use accuracy: its step contradicts the speed that it reports. */
  vetoed: boolean = false;
  // The fix before; its longitude is NaN where there is none.
  from: EpochMs = NaN;
  px: number = NaN;
  py: number = NaN;
  beforeAccuracy: number = NaN;
  beforeVetoed: boolean = false;
  /** Degrees around the fix, in either coordinate, without any boundary; 0 where that is not known. */
  reach: number = NaN;
  /** The step in metres on the plane that touches the fix, as `measure` finds it; NaN without a fix before. */
  east: number = NaN;
  north: number = NaN;

  /** Begins with a new fix. */
  begin(time: EpochMs, lon: number, lat: number, accuracy: number, speed: number): void {
    this.time = time;
    this.lon = lon;
    this.lat = lat;
    this.accuracy = accuracy;
    this.speed = speed;
  }

  /** Whether nothing that bounds a fence lies within so many metres of the fix, as far as its reach tells. */
  isClearOf(distance: number): boolean {
    if (this.reach * degreeLeast <= distance) return false;
    return this.reach * degreeLeast * Math.cos((Math.abs(this.lat) + this.reach) * radians) > distance;
  }

  /** Finds `east` and `north`. */
  measure(): void {
    this.east = shortLon(this.lon - this.px) * metersPerLon(this.lat);
    this.north = (this.lat - this.py) * metersPerLat(this.lat);
  }

  /** Finds out whether the fix is vetoed; answers the speed that the step needs, in m/s, if it is, else NaN. */
  veto(): number {
    const degrees = Math.abs(shortLon(this.lon - this.px)) + Math.abs(this.lat - this.py);
    this.vetoed = false;
    if (!maybeTooFar(degrees, this.speed, this.time - this.from)) return NaN;
    const way = distance(this.px, this.py, this.lon, this.lat);
    const implied = (way * 1_000) / Math.max(1, this.time - this.from);
    this.vetoed = implied > factor * this.speed + allowance;
    return this.vetoed ? implied : NaN;
  }
}

/**
 * Whether a step of so many degrees (of both coordinates together) in so many milliseconds may be too long for the
 * reported speed; false where that or the step is NaN.
 */
export function maybeTooFar(degrees: number, speed: number, elapsed: number): boolean {
  return degrees * degreeMost > (factor * speed + allowance) * elapsed;
}
