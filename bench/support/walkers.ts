import type { FenceField } from "./fence-field.ts";
import { type Random, seededRandom } from "./random.ts";

/** Updates made up beforehand, so that the clock sees the engine alone. */
export interface Updates {
  readonly device: Uint32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

/** Metres of a step between two fixes, at most. */
const step = 31;

/** A fleet that wanders over the field; fixes come in random order of the devices. */
export class Walkers {
  /** Metres, of every fix. */
  readonly accuracy: number = 5;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly #course: Float64Array;
  readonly #field: FenceField;
  readonly #random: Random;

  constructor(field: FenceField, count: number, seed: number) {
    this.#field = field;
    this.#random = seededRandom(seed);
    this.lon = Float64Array.from({ length: count }, () => field.west + this.#random() * field.width);
    this.lat = Float64Array.from({ length: count }, () => field.south + this.#random() * field.height);
    this.#course = Float64Array.from({ length: count }, () => this.#random() * 2 * Math.PI);
  }

  /** The next `count` fixes. */
  take(count: number): Updates {
    const updates = {
      device: new Uint32Array(count),
      lon: new Float64Array(count),
      lat: new Float64Array(count),
    };
    const { west, south, width, height } = this.#field;
    for (let i = 0; i < count; i++) {
      const device = Math.floor(this.#random() * this.lon.length);
      const course = (this.#course[device] ?? 0) + 0.4 * (this.#random() - 0.5);
      const way = (step * this.#random()) / 111_000;
      let lon = (this.lon[device] ?? 0) + (Math.cos(course) * way) / 0.7;
      let lat = (this.lat[device] ?? 0) + Math.sin(course) * way;
      this.#course[device] = course;
      if (lon < west || lon > west + width || lat < south || lat > south + height) {
        this.#course[device] = course + Math.PI;
        lon = this.lon[device] ?? 0;
        lat = this.lat[device] ?? 0;
      }
      this.lon[device] = lon;
      this.lat[device] = lat;
      updates.device[i] = device;
      updates.lon[i] = lon;
      updates.lat[i] = lat;
    }
    return updates;
  }
}
