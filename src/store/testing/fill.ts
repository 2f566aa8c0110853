import type { BulkDevice } from "#store";
import { bulkLoad } from "#store";
import type { Fix } from "#wire";

/** How to fill a data folder. */
export interface Filling {
  readonly folder: string;
  readonly fixes: number;
  /** Ids of the devices, which share the fixes evenly. */
  readonly devices: readonly string[];
  readonly seed: number;
  /** Time of the newest fix; epoch milliseconds. */
  readonly until: number;
}

/** Milliseconds between two fixes of a device, before jitter. */
const STEP = 5000;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function* walk(device: string, count: number, until: number, random: () => number): Generator<Fix> {
  let lon = Math.round((random() * 340 - 170) * 1e7);
  let lat = Math.round((random() * 140 - 70) * 1e7);
  let course = random() * 360;
  for (let i = 0; i < count; i++) {
    course = (course + random() * 20 - 10 + 360) % 360;
    lon += Math.round(Math.sin((course * Math.PI) / 180) * 500);
    lat += Math.round(Math.cos((course * Math.PI) / 180) * 500);
    yield {
      device,
      time: until - (count - 1 - i) * STEP + Math.floor(random() * 200),
      lon: lon / 1e7,
      lat: lat / 1e7,
      speed: Math.round(random() * 3000) / 100,
      course: Math.round(course * 10) / 10,
    };
  }
}

function* fleet({ fixes, devices, seed, until }: Filling): Generator<BulkDevice> {
  const random = seeded(seed);
  for (const [i, device] of devices.entries()) {
    const count = Math.floor(((i + 1) * fixes) / devices.length) - Math.floor((i * fixes) / devices.length);
    const status = { workspace: "main", device, inside: [] };
    yield { record: { status, engine: null }, fixes: walk(device, count, until, random) };
  }
}

/** Fills a data folder that nobody has open with seeded random walks; answers how many fixes it wrote. */
export const fillStore = (filling: Filling): number => bulkLoad(filling.folder, fleet(filling));
