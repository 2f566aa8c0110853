import { createFenceEngine, type Crossing, type FenceEngine } from "#fence";
import type { Fence } from "#wire";
import { Random } from "./random.ts";
import { besideEdge, edgePlace, fenceTest, Noise, type EdgePlace } from "./receiver.ts";
import { strict } from "./scenes.ts";

/** 30 km/h in m/s, a fix every 5 s. */
const speed = 30 / 3.6;
const every = 5;
/** Metres to either side of the edge that are driven. */
const reach = 250;

/** What became of one drive over the edge of a fence. */
export interface Drive {
  /** Fixes on the new side when the event came, the one that is first there included; Infinity if it never came. */
  readonly fixes: number;
  /** Milliseconds between the time of the event and that of the raw crossing, and between it and the truth. */
  readonly offRaw: number;
  readonly offTruth: number;
  /** Events besides the one that was expected. */
  readonly others: number;
}

/** A place on an edge that a road through it crosses once. */
function crossingPlace(r: Random, oblique: number): { place: EdgePlace; slope: number } {
  for (;;) {
    const place = edgePlace(r, 260);
    const slope = Math.tan((r.between(-oblique, oblique) * Math.PI) / 180);
    const isIn = fenceTest(place);
    let once = true;
    for (let metres = 10; once && metres <= reach; metres += 30)
      once =
        isIn(besideEdge(place, -metres, -metres * slope)) && !isIn(besideEdge(place, metres, metres * slope));
    if (once) return { place, slope };
  }
}

/**
 * Drives straight out of a fence with default layers, or into it, at any phase of the fixes, up to `oblique` degrees
 * from the right angle. Noise of 3 m, claimed accuracy of 1.7 to 5 m.
 */
export function drive(seed: number, type: "enter" | "exit", oblique: number): Drive {
  const r = new Random(seed);
  const { place, slope } = crossingPlace(r, oblique);
  const sign = type === "exit" ? 1 : -1;
  const noise = new Noise(r, 3, 0);
  const phase = r.between(0, every);
  const layered = engineOf(place.fence);
  const plain = engineOf({ ...place.fence, ...strict });
  const across = speed * Math.cos(Math.atan(slope));
  let raw: Crossing | undefined;
  let fixes = 0;
  let others = 0;
  let found: (Crossing & { readonly fixes: number }) | undefined;
  for (let second = phase; across * second < 2 * reach; second += every) {
    const metres = sign * (across * second - reach);
    const [east, north] = besideEdge(place, metres, metres * slope);
    const [dx, dy] = noise.next();
    const [lon, lat] = place.plane.at(east + dx, north + dy);
    const update = (engine: FenceEngine): Crossing[] => {
      const count = engine.update(0, Math.round(second * 1_000), lon, lat, r.between(1.7, 5));
      return Array.from({ length: count }, (_, i) => engine.crossing(i)).filter((c) => !c.reason);
    };
    for (const crossing of update(plain)) {
      fixes = 0;
      if (crossing.type === type) raw = crossing;
    }
    fixes++;
    for (const crossing of update(layered)) {
      if (crossing.type === type && found === undefined) found = { ...crossing, fixes };
      else others++;
    }
  }
  if (found === undefined || raw === undefined)
    return { fixes: Infinity, offRaw: Infinity, offTruth: Infinity, others };
  const truth = (reach / across) * 1_000;
  return { fixes: found.fixes, offRaw: found.time - raw.time, offTruth: found.time - truth, others };
}

function engineOf(fence: Fence): FenceEngine {
  const engine = createFenceEngine();
  engine.put(fence);
  engine.admit();
  return engine;
}
