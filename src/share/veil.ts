import type { EpochMs, LngLat } from "#geo";
import type { Fence, Fix, ShareTerms } from "#wire";
import { areaOf, type Holds } from "./area.ts";
import { blurBy } from "./blur.ts";
import { type Disc, isInDisc } from "./disc.ts";
import { disguise } from "./disguise.ts";
import type { Draw } from "./draw.ts";

/** What a position looks like through a link. */
export type ShownFix = Pick<Fix, "time" | "lon" | "lat" | "speed" | "course">;

/** What a veil is made of. */
export interface VeilParts {
  readonly terms: Pick<ShareTerms, "what" | "from" | "to" | "delaySeconds" | "blurMeters">;
  /** Home zones of the workspace. */
  readonly homes: readonly Fence[];
  /** The fence of `what.area`, where that names one that is there. */
  readonly fence?: Fence | undefined;
  readonly draw: Draw;
}

/** Times of blurred positions are whole minutes: to the millisecond they would tell when a cell was left. */
const MINUTE = 60_000;

/** What a link lets through of a position, by its time and place; whose it is was decided before. */
export class Veil {
  /** Nothing older and nothing newer is shown, both inclusive. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Milliseconds that a position has to be old. */
  readonly delay: number;
  readonly #homes: readonly Disc[];
  readonly #area: Holds | undefined;
  readonly #blur: ((lon: number, lat: number) => LngLat) | undefined;

  constructor({ terms, homes, fence, draw }: VeilParts) {
    const { what, from = -Infinity, to = Infinity, delaySeconds = 0, blurMeters } = terms;
    const trip = "trip" in what ? what.trip : undefined;
    this.from = Math.max(from, trip?.from ?? -Infinity);
    this.to = Math.min(to, trip?.to ?? Infinity);
    this.delay = delaySeconds * 1000;
    this.#homes = homes.map((home) => disguise(home, draw));
    this.#area = "area" in what ? areaOf(typeof what.area === "string" ? fence : what.area) : undefined;
    this.#blur = blurMeters === undefined ? undefined : blurBy(blurMeters, draw);
  }

  /** The newest time that may be shown at a moment. */
  newestAt(now: EpochMs): EpochMs {
    return Math.min(this.to, now - this.delay);
  }

  /** What is seen of a position; undefined where nothing is. Whether it is old enough is for the caller: see `newestAt`. */
  show(fix: Fix): ShownFix | undefined {
    const { time } = fix;
    if (fix.outlier === true || time < this.from || time > this.to) return undefined;
    if (!this.#allows(fix.lon, fix.lat)) return undefined;
    if (this.#blur === undefined) {
      const { lon, lat, speed, course } = fix;
      return {
        time,
        lon,
        lat,
        ...(speed !== undefined && { speed }),
        ...(course !== undefined && { course }),
      };
    }
    const [lon, lat] = this.#blur(fix.lon, fix.lat);
    // What it is shown as may lie in a home zone, or out of the area, although the device does not.
    if (!this.#allows(lon, lat)) return undefined;
    return { time: Math.max(this.from, Math.floor(time / MINUTE) * MINUTE), lon, lat };
  }

  #allows(lon: number, lat: number): boolean {
    if (this.#homes.some((home) => isInDisc(home, lon, lat))) return false;
    return this.#area === undefined || this.#area(lon, lat);
  }
}
