import { createFenceEngine, type Crossing } from "#fence";
import { Random } from "./random.ts";
import { besideEdge, edgePlace, fenceTest, Noise, type EdgePlace } from "./receiver.ts";

/** Fixes of a receiver that does not move. */
interface Parked {
  readonly place: EdgePlace;
  readonly at: readonly [east: number, north: number];
}

function park(r: Random, inside: boolean, reach: number): Parked {
  for (;;) {
    const place = edgePlace(r);
    const at = besideEdge(place, r.between(0, reach) * (inside ? -1 : 1));
    if (fenceTest(place)(at) === inside) return { place, at };
  }
}

/**
 * An hour of a receiver that is parked near the edge of a fence with default layers: noise of 3 to 8 m, a claimed
 * accuracy of 1.7 m, lone and double jumps of 200 m. Answers the events. `memory`: how much of the noise of one fix
 * the next one still has.
 */
export function parkedHour(seed: number, inside: boolean, memory: number): Crossing[] {
  const r = new Random(seed);
  const { place, at } = park(r, inside, inside ? 20 : 5);
  const engine = createFenceEngine();
  engine.put(place.fence);
  const device = engine.admit();
  const noise = new Noise(r, r.between(3, 8), memory);
  const every = r.integer(1, 60) * 1_000;
  const speaks = r.chance(0.5);
  const events: Crossing[] = [];
  let jumps = 0;
  let angle = 0;
  for (let time = 0; time <= 3_600_000; time += every) {
    let [east, north] = noise.next();
    if (jumps === 0 && time > 0 && r.chance(0.02)) {
      jumps = r.integer(1, 2);
      angle = r.between(0, 7);
    } else if (jumps > 0) jumps--;
    if (jumps > 0) {
      east += 200 * Math.cos(angle);
      north += 200 * Math.sin(angle);
    }
    const [lon, lat] = place.plane.at(at[0] + east, at[1] + north);
    const count = engine.update(device, time, lon, lat, 1.7, speaks ? r.between(0, 1) : NaN);
    for (let i = 0; i < count; i++) events.push(engine.crossing(i));
  }
  return events;
}
