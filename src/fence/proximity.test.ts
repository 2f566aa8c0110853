import { describe, expect, it } from "vitest";
import { destination, distance } from "#geo";
import { createProximity } from "./proximity.ts";
import type { Proximity, ProximityFact, ProximityFix, ProximityOptions, Side } from "./proximity-types.ts";
import { meetings } from "./testing/proximity-oracle.ts";
import { meetingScenes, park, walk, type MeetingScene } from "./testing/proximity-scenes.ts";
import { Random } from "./testing/random.ts";

/** `PROXIMITY_FUZZ=50 npx vitest run --project unit src/fence/proximity` looks longer. */
const rounds = Number(process.env["PROXIMITY_FUZZ"] ?? 1);

interface Arrival {
  readonly device: string;
  readonly fix: ProximityFix;
}

const START = 1_700_000_000_000;
/** A fix so many seconds after the start, metres east and north of Paris. */
const at = (seconds: number, east: number, north = 0, stopped = false): ProximityFix => {
  const [lon] = destination(2.35, 48.85, 90, east);
  const [, lat] = destination(2.35, 48.85, 0, north);
  return { time: START + seconds * 1000, lon, lat, stopped };
};
const brief = (facts: readonly ProximityFact[]): string[] =>
  facts.map(
    ({ type, time, fix, device, other }) =>
      `${type} ${device} ${other} ${(time - START) / 1000} ${(fix - START) / 1000}`,
  );

function watch(sides: Readonly<Record<string, Side>>, options: Partial<ProximityOptions> = {}): Proximity {
  const proximity = createProximity({ radius: 100, exitMargin: 20, ...options });
  for (const [device, side] of Object.entries(sides)) proximity.enlist(device, side);
  return proximity;
}

/** Facts of fixes given as device and fix, in order. */
const play = (proximity: Proximity, ...arrivals: readonly (readonly [string, ProximityFix])[]): string[] =>
  brief(arrivals.flatMap(([device, fix]) => proximity.judge(device, fix)));

describe("proximity", () => {
  it("[WP1] two are near when a place of the one and a place of the other at the same time are, not before", () => {
    // They pass the same place, a minute apart.
    const apart = watch({ a: 3, b: 3 });
    expect(play(apart, ["a", at(0, 0)], ["a", at(60, 900)], ["b", at(60, 0)], ["b", at(120, 900)])).toEqual(
      [],
    );
    const meeting = watch({ a: 3, b: 3 });
    const facts = [
      ...meeting.judge("a", at(0, 0)),
      ...meeting.judge("b", at(0, 1000)),
      ...meeting.judge("a", at(100, 1000)),
      ...meeting.judge("b", at(100, 0)),
    ];
    // 20 m/s towards each other: 100 m apart after 45 s, 120 m apart again after 56 s.
    expect(brief(facts)).toEqual(["proximity a b 45 100", "apart a b 56 100"]);
    const { lon, lat } = at(45, 500);
    expect(facts[0]).toMatchObject({ kind: "raise" });
    const place = facts[0] as { lon: number; lat: number };
    expect(distance(lon, lat, place.lon, place.lat)).toBeLessThan(0.1);
  });

  it("[WP1] the circle is a true one", () => {
    for (const [east, north, isNear] of [
      [70, 70, true],
      [72, 72, false],
      [99.9, 0, true],
      [0, 100.1, false],
    ] as const)
      expect(play(watch({ a: 3, b: 3 }), ["a", at(0, 0)], ["b", at(0, east, north)])).toHaveLength(+isNear);
  });

  it("[WP2] `device` is the first of the two by code points, whoever shows it", () => {
    const [wide, bmp] = ["\u{1F69A}", "\uFF5E"];
    expect(wide < bmp).toBe(true);
    const facts = play(watch({ [wide]: 3, [bmp]: 3 }), [wide, at(0, 0)], [bmp, at(0, 0)]);
    expect(facts).toEqual([`proximity ${bmp} ${wide} 0 0`]);
  });

  it("[WP3] with others, only one of each side", () => {
    const arrivals = ["a", "b", "c", "d"].map((device) => [device, at(0, 0)] as const);
    expect(play(watch({ a: 1, b: 1, c: 2, d: 2 }), ...arrivals)).toEqual([
      "proximity a c 0 0",
      "proximity b c 0 0",
      "proximity a d 0 0",
      "proximity b d 0 0",
    ]);
    expect(play(watch({ a: 1, b: 3 }), ...arrivals)).toEqual(["proximity a b 0 0"]);
  });

  it("[WP4] leaving takes more than the exit margin", () => {
    const proximity = watch({ a: 3, b: 3 });
    const still = (seconds: number): [string, ProximityFix] => ["a", at(seconds, 0)];
    expect(play(proximity, still(0), ["b", at(0, 90)])).toEqual(["proximity a b 0 0"]);
    expect(play(proximity, still(10), ["b", at(10, 119)], still(20), ["b", at(20, 101)])).toEqual([]);
    expect(proximity.near("b")).toEqual(["a"]);
    expect(play(proximity, still(30), ["b", at(30, 139)])).toEqual(["apart a b 25 30"]);
    expect(play(proximity, still(40), ["b", at(40, 101)])).toEqual([]);
  });

  it("[WP5] over more than five minutes there are places, but no way", () => {
    const pass = (seconds: number): string[] =>
      play(
        watch({ a: 3, b: 3 }),
        ["a", at(0, 0, 0)],
        ["a", at(150, 0, 0)],
        ["a", at(300, 0, 0)],
        ["b", at(0, -3000)],
        ["b", at(seconds, 3000)],
      );
    expect(pass(300)).toHaveLength(2);
    expect(pass(301)).toEqual([]);
    expect(play(watch({ a: 3, b: 3 }), ["b", at(0, 0)], ["b", at(400, 0)], ["a", at(400, 0)])).toEqual([
      "proximity a b 400 400",
    ]);
  });

  it("[WP6] one that has stopped is found by one that comes, for an hour", () => {
    const come = (minutes: number): string[] =>
      play(
        watch({ parked: 3, car: 3 }),
        ["parked", at(0, 0, 0, true)],
        ["car", at(minutes * 60, -1000)],
        ["car", at(minutes * 60 + 100, 1000)],
      );
    expect(come(10)).toEqual(["proximity car parked 645 700", "apart car parked 656 700"]);
    expect(come(59)).toHaveLength(2);
    expect(come(59.1)).toHaveLength(1);
    expect(come(61)).toEqual([]);
  });

  it("[WP6] what a held one later says of that time is not told again", () => {
    const proximity = watch({ parked: 3, car: 3 });
    play(
      proximity,
      ["parked", at(0, 0, 0, true)],
      ["car", at(60, -1000)],
      ["car", at(160, 1000)],
      ["car", at(200, 2000)],
    );
    // It was 5 m further east while the car passed, and is held again.
    expect(play(proximity, ["parked", at(170, 5, 0, true)], ["parked", at(240, 5, 0, true)])).toEqual([]);
    // Once no fix can be about that time any more, the pair is forgotten.
    expect(play(proximity, ["car", at(300, 5000)], ["parked", at(310, 5, 0, true)])).toEqual([]);
    expect(proximity.memberState("car")!.pairs).toMatchObject([{ other: "parked", near: false }]);
    expect(play(proximity, ["car", at(1400, 5000)], ["parked", at(1400, 5, 0, true)])).toEqual([]);
    expect(proximity.state()).toEqual([
      { device: "parked", side: 3, state: { fixes: expect.anything() as unknown, cut: true, pairs: [] } },
      { device: "car", side: 3, state: { fixes: expect.anything() as unknown, cut: true, pairs: [] } },
    ]);
  });

  it("[WP6] two that stand still are near from the first fix on that shows it", () => {
    const proximity = watch({ a: 3, b: 3 });
    expect(play(proximity, ["a", at(0, 0, 0, true)], ["b", at(900, 50, 0, true)])).toEqual([
      "proximity a b 900 900",
    ]);
    expect(play(proximity, ["a", at(1800, 0, 0, true)], ["b", at(1801, 50, 0, true)])).toEqual([]);
    expect(play(proximity, ["a", at(3600, 500, 0, true)])).toEqual(["apart a b 3600 3600"]);
  });

  it("[WP6] one that has come to stop there is found as well", () => {
    const proximity = watch({ parked: 3, car: 3 });
    play(proximity, ["parked", at(0, -5000)], ["parked", at(250, 0, 0, true)]);
    expect(play(proximity, ["car", at(1000, -1000)], ["car", at(1100, 1000)])).toHaveLength(2);
  });

  /** Round the pole, `meters` from it. */
  const round = (seconds: number, lon: number, meters: number): ProximityFix => ({
    time: START + seconds * 1000,
    lon,
    lat: 90 - meters / 111_694,
    stopped: false,
  });

  it("[WP1] two that go round the pole in opposite ways meet behind it", () => {
    const proximity = watch({ a: 3, b: 3 });
    play(proximity, ["a", round(0, 0, 2000)], ["b", round(0, 10, 1000)], ["a", round(200, 179, 445)]);
    const [fact, ...more] = proximity.judge("b", round(200, -169, 445));
    expect(fact).toMatchObject({ type: "proximity", fix: START + 200_000 });
    expect(fact!.time).toBeLessThan(START + 200_000);
    expect(more).toEqual([]);
  });

  it("[WP2] a fix shows a pair one meeting, so that events are told apart by it", () => {
    const proximity = watch({ a: 3, b: 3 });
    const facts = play(
      proximity,
      ["a", round(0, 0, 1113)],
      ["b", round(0, 10, 1113)],
      // They meet at once, part, and meet again on the other side.
      ["a", round(200, 179, 445)],
      ["b", round(200, -169, 445)],
      ["a", round(210, 179, 445)],
      ["b", round(210, -169, 445)],
      ["a", round(220, 179, 445)],
      ["b", round(220, -169, 445)],
    );
    const told = facts.map((fact) => fact.split(" ")).map(([type, , , , fix]) => `${type} ${fix}`);
    expect(told).toEqual(["proximity 200", "apart 200", "proximity 210"]);
  });

  it("[WP7] whoever is no member, or no more, is not judged; a pair ends with its member, without a word", () => {
    const proximity = watch({ a: 3, b: 3 });
    expect(play(proximity, ["x", at(0, 0)], ["a", at(0, 0)], ["b", at(0, 0)])).toHaveLength(1);
    proximity.dismiss("b");
    proximity.dismiss("b");
    expect(proximity.near("a")).toEqual([]);
    expect(play(proximity, ["b", at(10, 0)], ["a", at(10, 0)])).toEqual([]);
    proximity.enlist("b", 3);
    expect(play(proximity, ["b", at(10, 0)])).toEqual(["proximity a b 10 10"]);
    proximity.enlist("a", 1);
    proximity.enlist("b", 1);
    expect(proximity.figures).toMatchObject({ members: 2, pairs: 0 });
  });

  it("[WP8] a fix that is not later than the last is an error of the program", () => {
    const proximity = watch({ a: 3 });
    proximity.judge("a", at(5, 0));
    expect(() => proximity.judge("a", at(5, 0))).toThrow(`fix at ${START + 5000} of a, expected one after`);
  });

  it("[WP9] nobody is near to more than the bound, and it is counted", () => {
    const proximity = watch({ a: 3, b: 3, c: 3, d: 3 }, { maxNear: 2 });
    const all = ["a", "b", "c", "d"].map((device) => [device, at(0, 0)] as const);
    expect(play(proximity, ...all)).toEqual(["proximity a b 0 0", "proximity a c 0 0", "proximity b c 0 0"]);
    expect(proximity.figures).toMatchObject({ pairs: 3, passedOver: 3 });
    proximity.dismiss("a");
    expect(play(proximity, ["d", at(10, 0)], ["b", at(10, 0)], ["c", at(10, 0)])).toHaveLength(2);
  });

  it("[WP9] a member is remembered for fifteen minutes, by 1024 fixes at most and the newest two always", () => {
    const times = (seconds: readonly number[]): number[] => {
      const proximity = watch({ a: 3 });
      for (const second of seconds) proximity.judge("a", at(second, second));
      return proximity.memberState("a")!.fixes.map(({ time }) => (time - START) / 1000);
    };
    const every = (step: number): number[] => Array.from({ length: 1100 }, (_, i) => i * step);
    expect(times(every(0.5))).toEqual(every(0.5).slice(-1024));
    // The way that began before and ends within the fifteen minutes belongs to them.
    expect(times(every(10))).toEqual(every(10).slice(-92));
    expect(times(every(1000))).toEqual([1_098_000, 1_099_000]);
    const few = watch({ a: 3 });
    for (const second of every(10)) few.judge("a", at(second, 0));
    expect(few.memberState("a", 2)!.fixes.map(({ time }) => (time - START) / 1000)).toEqual([10_980, 10_990]);
    expect(few.figures.bytes).toBeLessThan(50_000);
  });

  it("[WP10] who waits for a device to be taken in again gets its pair back", () => {
    const before = watch({ a: 3, b: 3 });
    play(before, ["a", at(0, 0)], ["b", at(0, 10)]);
    const [a, b] = before.state(2);
    const after = watch({});
    after.enlist("a", 3, a!.state);
    expect(after.memberState("a")).toEqual(a!.state);
    after.enlist("b", 3, b!.state);
    expect(after.near("b")).toEqual(["a"]);
    expect(play(after, ["a", at(10, 0)], ["b", at(10, 500)])).toHaveLength(1);
    const gone = watch({});
    gone.enlist("a", 3, a!.state);
    gone.dismiss("a");
    gone.enlist("a", 3);
    gone.enlist("b", 3, b!.state);
    expect(gone.near("b")).toEqual([]);
  });
});

describe("proximity of random walks", () => {
  /** Walks of one scene, in the order of their times, each device with a delay of its own. */
  function arrivalsOf(
    walks: ReadonlyMap<string, readonly ProximityFix[]>,
    delay: (device: string) => number,
  ): Arrival[] {
    const all = [...walks].flatMap(([device, fixes]) =>
      fixes.map((fix) => ({ device, fix, arrives: fix.time + delay(device) })),
    );
    return all.sort((a, b) => a.arrives - b.arrives || (a.device < b.device ? -1 : 1));
  }

  const all = (proximity: Proximity, arrivals: readonly Arrival[]): ProximityFact[] =>
    arrivals.flatMap(({ device, fix }) => proximity.judge(device, fix));

  const enlisted = (scene: MeetingScene, sides: ReadonlyMap<string, Side>, cell?: number): Proximity => {
    const { radius, exitMargin } = scene;
    const proximity = createProximity({ radius, exitMargin, ...(cell !== undefined && { cell }) });
    for (const [device, side] of sides) proximity.enlist(device, side);
    return proximity;
  };

  /** Compares the facts of every pair with what brute force finds; answers how many pairs and facts it could compare. */
  function compare(
    scene: MeetingScene,
    walks: ReadonlyMap<string, readonly ProximityFix[]>,
    sides: ReadonlyMap<string, Side>,
    facts: readonly ProximityFact[],
  ): { pairs: number; facts: number } {
    const compared = { pairs: 0, facts: 0 };
    const strangers: ProximityFact[] = [];
    const devices = [...walks.keys()].sort();
    for (const [index, a] of devices.entries()) {
      for (const b of devices.slice(index + 1)) {
        const got = facts.filter(({ device, other }) => device === a && other === b);
        const [x, y] = [sides.get(a)!, sides.get(b)!];
        if (!((x & 1 && y & 2) || (x & 2 && y & 1))) {
          strangers.push(...got);
          continue;
        }
        const { radius, exitMargin } = scene;
        const wanted = meetings(walks.get(a)!, walks.get(b)!, radius, radius + exitMargin);
        if (wanted.margin < 1) continue;
        compared.pairs++;
        compared.facts += got.length;
        expect(got.map(({ type, fix }) => [type, fix])).toEqual(
          wanted.meetings.map(({ type, fix }) => [type, fix]),
        );
        for (const [k, { type, time }] of wanted.meetings.entries()) {
          if (Math.abs(got[k]!.time - time) <= 10) continue;
          const limit = type === "proximity" ? radius : radius + exitMargin;
          expect(Math.abs(wanted.distanceAt(got[k]!.time) - limit)).toBeLessThan(0.1);
        }
      }
    }
    expect(strangers).toEqual([]);
    return compared;
  }

  function sidesOf(r: Random, devices: Iterable<string>): ReadonlyMap<string, Side> {
    const twoSided = r.chance(0.5);
    return new Map([...devices].map((device) => [device, twoSided ? r.pick<Side>([1, 2, 3]) : 3]));
  }

  for (const scene of meetingScenes) {
    it(`[WP1] agrees with brute force, in whatever order the fixes come: ${scene.name}`, () => {
      const compared = { pairs: 0, facts: 0 };
      for (let seed = 1; seed <= 2 * rounds; seed++) {
        const r = new Random(seed);
        const walks = new Map<string, ProximityFix[]>();
        for (let i = 0; i < 7; i++) walks.set(`d${i}`, walk(r, scene, 60));
        const sides = sidesOf(r, walks.keys());
        const delays = new Map([...walks.keys()].map((device) => [device, r.integer(0, 60_000)]));
        const inTime = all(
          enlisted(scene, sides),
          arrivalsOf(walks, () => 0),
        );
        const delayed = all(
          enlisted(scene, sides),
          arrivalsOf(walks, (device) => delays.get(device)!),
        );
        const one = compare(scene, walks, sides, inTime);
        compare(scene, walks, sides, delayed);
        compared.pairs += one.pairs;
        compared.facts += one.facts;
      }
      expect(compared.pairs).toBeGreaterThan(5);
      expect(compared.facts).toBeGreaterThan(5);
    });

    it(`[WP6] agrees with brute force where some stand: ${scene.name}`, () => {
      let facts = 0;
      for (let seed = 1; seed <= rounds; seed++) {
        const r = new Random(100 + seed);
        const walks = new Map(
          Array.from({ length: 7 }, (_, i) => [
            `d${i}`,
            i < 3 ? walk(r, scene, 150) : park(r, scene, 7_200_000),
          ]),
        );
        const sides = sidesOf(r, walks.keys());
        const got = all(
          enlisted(scene, sides),
          arrivalsOf(walks, () => 0),
        );
        facts += compare(scene, walks, sides, got).facts;
      }
      expect(facts).toBeGreaterThan(5);
    });

    it(`[WP10] the index leaves nobody out, and a restart changes nothing: ${scene.name}`, () => {
      const r = new Random(7);
      const walks = new Map(
        Array.from({ length: 12 }, (_, i) => [
          `d${i}`,
          i < 9 ? walk(r, scene, 60) : park(r, scene, 3_600_000),
        ]),
      );
      const sides = sidesOf(r, walks.keys());
      const arrivals = arrivalsOf(walks, (device) => device.length * 10_000);
      const whole = all(enlisted(scene, sides), arrivals);
      expect(all(enlisted(scene, sides, 1e9), arrivals)).toEqual(whole);
      expect(all(enlisted(scene, sides, scene.radius / 10), arrivals)).toEqual(whole);
      let proximity = enlisted(scene, sides);
      const resumed = arrivals.flatMap(({ device, fix }) => {
        if (r.chance(0.1)) {
          const state = JSON.parse(JSON.stringify(proximity.state())) as ReturnType<Proximity["state"]>;
          proximity = enlisted(scene, new Map());
          for (const member of state) proximity.enlist(member.device, member.side, member.state);
        }
        return proximity.judge(device, fix);
      });
      expect(resumed).toEqual(whole);
    });
  }

  it("[WP1] proximity and apart of a pair take turns, also of parked ones that wander", () => {
    const scene = meetingScenes[1]!;
    const r = new Random(3);
    const walks = new Map(
      Array.from({ length: 8 }, (_, i) => [
        `d${i}`,
        walk(r, scene, 80).map(({ time, lon, lat }) => ({ time, lon, lat, stopped: i > 3 && r.chance(0.7) })),
      ]),
    );
    const sides = new Map([...walks.keys()].map((device) => [device, 3 as const]));
    const facts = all(
      enlisted(scene, sides),
      arrivalsOf(walks, () => 0),
    );
    const last = new Map<string, ProximityFact>();
    for (const fact of facts) {
      const pair = `${fact.device} ${fact.other}`;
      const before = last.get(pair);
      expect(fact.type).toBe(before?.type === "proximity" ? "apart" : "proximity");
      expect(fact.time).toBeGreaterThanOrEqual(before?.time ?? 0);
      last.set(pair, fact);
    }
    const identities = new Set(
      facts.map(({ type, device, other, fix }) => `${type} ${device} ${other} ${fix}`),
    );
    expect(identities.size).toBe(facts.length);
    expect(facts.length).toBeGreaterThan(40);
  });
});
