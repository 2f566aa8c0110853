import type { ProximityFix } from "#fence";
import { bearing, destination, distance } from "#geo";
import type { Random } from "./random.ts";

/** Where members meet, and how near is near. */
export interface MeetingScene {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly radius: number;
  readonly exitMargin: number;
  /** Half width in metres of where they go. */
  readonly size: number;
  /** Metres a second at most. */
  readonly speed: number;
}

export const meetingScenes: readonly MeetingScene[] = [
  { name: "a city", lon: 2.35, lat: 48.85, radius: 200, exitMargin: 50, size: 2_000, speed: 15 },
  { name: "a yard", lon: -99, lat: 19.4, radius: 15, exitMargin: 0, size: 120, speed: 3 },
  { name: "the antimeridian", lon: 180, lat: -17, radius: 3_000, exitMargin: 500, size: 9_000, speed: 40 },
  { name: "75° north", lon: 20, lat: 75, radius: 1_000, exitMargin: 0, size: 9_000, speed: 60 },
  {
    name: "75° south on the antimeridian",
    lon: -180,
    lat: -75,
    radius: 150,
    exitMargin: 100,
    size: 2_000,
    speed: 20,
  },
  { name: "aircraft", lon: 12, lat: 60, radius: 20_000, exitMargin: 5_000, size: 80_000, speed: 250 },
  { name: "a pole", lon: 0, lat: 90, radius: 2_000, exitMargin: 200, size: 7_000, speed: 30 },
];

const START = 1_700_000_000_000;

const keep = (r: Random, scene: MeetingScene, time: number, stopped: boolean): ProximityFix => {
  const [lon, lat] = destination(scene.lon, scene.lat, r.between(0, 360), scene.size * Math.sqrt(r.next()));
  return { time, lon, lat, stopped };
};

/** A random walk with a rhythm of its own, with some gaps of up to four minutes. */
export function walk(r: Random, scene: MeetingScene, length: number): ProximityFix[] {
  const every = r.pick([4, 10, 30, 60]);
  let { time, lon, lat } = keep(r, scene, START + r.integer(0, 60_000), false);
  let course = r.between(0, 360);
  const fixes: ProximityFix[] = [];
  for (let i = 0; i < length; i++) {
    fixes.push({ time, lon, lat, stopped: false });
    const seconds = r.chance(0.03) ? r.integer(120, 240) : every + r.integer(0, 3);
    time += seconds * 1000 + r.integer(0, 999);
    // Who strays turns back towards the middle, so that they meet often.
    const strayed = distance(scene.lon, scene.lat, lon, lat) > scene.size;
    course = (strayed ? bearing(lon, lat, scene.lon, scene.lat) : course) + r.between(-60, 60);
    [lon, lat] = destination(lon, lat, course, r.chance(0.1) ? 0 : scene.speed * seconds * r.next());
  }
  return fixes;
}

/** Parks in places of the scene, heard of every few minutes to an hour and more; nobody sees it on its way. */
export function park(r: Random, scene: MeetingScene, span: number): ProximityFix[] {
  const fixes: ProximityFix[] = [];
  let at = keep(r, scene, START + r.integer(0, 600_000), true);
  while (at.time < START + span) {
    fixes.push(at);
    const time = at.time + r.integer(301_000, r.chance(0.2) ? 5_000_000 : 1_200_000);
    at = r.chance(0.3) ? keep(r, scene, time, true) : { ...at, time };
  }
  return fixes;
}
