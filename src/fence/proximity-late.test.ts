import { describe, expect, it } from "vitest";
import { destination } from "#geo";
import { byCodePoints } from "./code-points.ts";
import { createProximity } from "./proximity.ts";
import type { Proximity, ProximityFact, ProximityFix, Side } from "./proximity-types.ts";
import { meetingScenes, park, walk, type MeetingScene } from "./testing/proximity-scenes.ts";
import { Random } from "./testing/random.ts";

/** `SEEDS=500 npx vitest run --project unit src/fence/proximity-late.test.ts` looks longer. */
const seeds = Number(process.env["SEEDS"] ?? 4);

interface Arrival {
  readonly device: string;
  readonly fix: ProximityFix;
}

type Sides = ReadonlyMap<string, Side>;

const open = ({ radius, exitMargin }: MeetingScene, sides: Sides): Proximity => {
  const proximity = createProximity({ radius, exitMargin });
  for (const [device, side] of sides) proximity.enlist(device, side);
  return proximity;
};

/** From one place of the scene to another, so that a fix between two is far from their way. */
const hop = (r: Random, scene: MeetingScene, length: number): ProximityFix[] =>
  walk(r, scene, length).map(({ time }) => {
    const [lon, lat] = destination(scene.lon, scene.lat, r.between(0, 360), scene.size * r.next());
    return { time, lon, lat, stopped: false };
  });

/** Walks that stand still now and then, some that park, and some that hop. */
function scatter(r: Random, scene: MeetingScene, count: number, length: number): Arrival[] {
  return Array.from({ length: count }, (_, i) => `d${i}`).flatMap((device, i) => {
    const move = r.chance(0.5) ? hop : walk;
    const fixes = i % 4 === 3 ? park(r, scene, 2_400_000) : move(r, scene, length);
    let stopped = false;
    return fixes.map((fix) => {
      if (r.chance(0.15)) stopped = !stopped;
      // Whole seconds, so that some are of one time.
      const time = Math.round(fix.time / 1000) * 1000;
      return { device, fix: { ...fix, time, stopped: fix.stopped || stopped } };
    });
  });
}

const inTime = (a: Arrival, b: Arrival): number =>
  a.fix.time - b.fix.time || byCodePoints(a.device, b.device);

/** What stands, told from what each fact does to what stood before. */
class Standing {
  readonly #events: Map<string, ProximityFact> = new Map();

  take(facts: readonly ProximityFact[]): void {
    for (const fact of facts) {
      const { kind, type, device, other, fix } = fact;
      const key = JSON.stringify([type, device, other, fix]);
      if (this.#events.has(key) === (kind === "raise")) throw new Error(`${kind} of ${key} makes no sense`);
      if (kind === "withdraw") this.#events.delete(key);
      else this.#events.set(key, fact);
    }
  }

  get list(): readonly string[] {
    return Array.from(this.#events.values(), (fact) => JSON.stringify({ ...fact, kind: "raise" })).sort();
  }
}

/** Takes fixes as they arrive; one that is older than its device's newest amends what came before. */
class Feed {
  readonly standing: Standing = new Standing();
  amended = 0;
  proximity: Proximity;
  readonly #fixes: Map<string, ProximityFix[]> = new Map();

  constructor(proximity: Proximity) {
    this.proximity = proximity;
  }

  take({ device, fix }: Arrival, ahead: number): void {
    const fixes = this.#fixes.get(device) ?? [];
    this.#fixes.set(device, fixes);
    const at = fixes.findLastIndex(({ time }) => time < fix.time) + 1;
    const isLate = at < fixes.length;
    fixes.splice(at, 0, fix);
    if (!isLate) {
      this.standing.take(this.proximity.judge(device, fix));
      return;
    }
    this.amended++;
    // Who judges again may begin further back than there is anything new.
    const base = Math.max(0, at - ahead);
    const after = fixes[base - 1]?.time ?? -Infinity;
    this.standing.take(this.proximity.amend(device, after, fixes.slice(base)));
  }
}

describe("proximity of fixes that come late", () => {
  for (const scene of meetingScenes) {
    it.each(Array.from({ length: seeds }, (_, i) => i + 1))(
      `[WP11] in whatever order fixes come within the horizon, the same stands: ${scene.name} (seed %i)`,
      (seed) => {
        const r = new Random(seed);
        const arrivals = scatter(r, scene, 7, 60);
        const sides: Sides = new Map(
          arrivals.map(({ device }) => [device, seed % 2 === 0 ? 3 : r.pick<Side>([1, 2, 3])]),
        );
        const ordered = new Standing();
        const whole = open(scene, sides);
        for (const { device, fix } of arrivals.toSorted(inTime)) ordered.take(whole.judge(device, fix));
        const reach = r.pick([20_000, 120_000, 590_000]);
        const shuffled = arrivals
          .map((arrival) => ({ arrival, at: arrival.fix.time + r.integer(0, reach) }))
          .sort((a, b) => a.at - b.at);
        const feed = new Feed(open(scene, sides));
        for (const { arrival } of shuffled) {
          if (r.chance(0.02)) {
            const state = JSON.parse(JSON.stringify(feed.proximity.state())) as ReturnType<
              Proximity["state"]
            >;
            feed.proximity = open(scene, new Map());
            for (const member of state) feed.proximity.enlist(member.device, member.side, member.state);
          }
          feed.take(arrival, r.integer(0, 5));
        }
        expect(feed.standing.list).toEqual(ordered.list);
        for (const device of sides.keys()) expect(feed.proximity.near(device)).toEqual(whole.near(device));
        expect(feed.amended + ordered.list.length).toBeGreaterThan(4);
      },
    );
  }
});
