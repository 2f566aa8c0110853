import { seededRandom } from "./random.ts";

/** Ten thousand devices on a random walk, reporting in turn, one device second apart. */
export class Fleet {
  readonly #lon: Float64Array;
  readonly #lat: Float64Array;
  readonly #course: Float64Array;
  readonly #time: Float64Array;
  readonly #random: () => number;
  readonly #order: Uint32Array;
  #turn = 0;

  constructor(devices: number, seed: number, startTime: number) {
    this.#random = seededRandom(seed);
    this.#lon = Float64Array.from(
      { length: devices },
      () => fleetArea.west + this.#random() * fleetArea.width,
    );
    this.#lat = Float64Array.from(
      { length: devices },
      () => fleetArea.south + this.#random() * fleetArea.height,
    );
    this.#course = Float64Array.from({ length: devices }, () => this.#random() * 360);
    this.#time = new Float64Array(devices).fill(startTime);
    this.#order = Uint32Array.from({ length: devices }, (_, index) => index);
    for (let i = devices - 1; i > 0; i--) {
      const j = Math.floor(this.#random() * (i + 1));
      [this.#order[i], this.#order[j]] = [this.#order[j] ?? 0, this.#order[i] ?? 0];
    }
  }

  /** The next position as JSON text. */
  next(): string {
    const device = this.#order[this.#turn] ?? 0;
    this.#turn = (this.#turn + 1) % this.#order.length;
    const course = ((this.#course[device] ?? 0) + (this.#random() - 0.5) * 30 + 360) % 360;
    const radians = (course * Math.PI) / 180;
    const lon = (this.#lon[device] ?? 0) + Math.sin(radians) * step;
    const lat = (this.#lat[device] ?? 0) + Math.cos(radians) * step;
    const time = (this.#time[device] ?? 0) + 1_000;
    this.#course[device] = course;
    this.#lon[device] = lon;
    this.#lat[device] = lat;
    this.#time[device] = time;
    return (
      `{"device":"${fleetDevice(device)}","time":${time},"lon":${lon.toFixed(6)},"lat":${lat.toFixed(6)},` +
      `"speed":${speed},"course":${course.toFixed(1)},"accuracy":5}`
    );
  }

  /** A JSON array of the next `count` positions. */
  batch(count: number): string {
    const parts: string[] = [];
    for (let i = 0; i < count; i++) parts.push(this.next());
    return `[${parts.join(",")}]`;
  }
}

/** Degrees; about the size of a county. */
export const fleetArea = { west: -1, south: 51, width: 2, height: 1.5 } as const;
const speed = 14;
/** Degrees of latitude in one second at `speed` m/s. */
const step = speed / 111_320;

/** The id of device number `index`. */
export function fleetDevice(index: number): string {
  return `vehicle-${String(index).padStart(5, "0")}`;
}

/** Seeded fences over the fleet's area: circles and star-shaped polygons of 8 to 200 vertices, as GeoJSON Features. */
export function fleetFences(count: number, seed: number): readonly object[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const lon = fleetArea.west + random() * fleetArea.width;
    const lat = fleetArea.south + random() * fleetArea.height;
    const radius = 300 + random() * 3_000;
    const properties = { name: `Fence ${index}` };
    if (random() < 0.4) {
      return {
        type: "Feature",
        properties: { ...properties, radius },
        geometry: { type: "Point", coordinates: [lon, lat] },
      };
    }
    const vertices = 8 + Math.floor(random() ** 3 * 192);
    const ring = Array.from({ length: vertices }, (__, corner) => {
      const angle = (corner / vertices) * 2 * Math.PI;
      const reach = (radius * (0.7 + random() * 0.3)) / 111_320;
      return [
        lon + (Math.cos(angle) * reach) / Math.cos((lat * Math.PI) / 180),
        lat + Math.sin(angle) * reach,
      ];
    });
    return {
      type: "Feature",
      properties,
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
    };
  });
}
