import geodesic from "geographiclib-geodesic";
import { orient2d } from "robust-predicates";
import type { Fence } from "#wire";

/** A fix of one device. */
export interface OracleFix {
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
}

/** What the rules of `docs/spec/fence.md` say must happen. */
export interface OracleEvent {
  readonly type: "enter" | "exit" | "cross";
  readonly fence: string;
  readonly fenceVersion: number;
  /** Time of the fix that shows it. */
  readonly fix: number;
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
  readonly reason?: "first";
  /**
   * Metres by which the answer could change: how near the decision was to the limit of a circle or corridor.
   * Polygons are decided exactly and say Infinity.
   */
  readonly margin: number;
}

export type Place = readonly [x: number, y: number];
const wgs84 = geodesic.Geodesic.WGS84;
/** Geodesic distance. */
export const meters = (a: Place, b: Place): number => wgs84.Inverse(a[1], a[0], b[1], b[0]).s12 ?? 0;
const turns = [-720, -360, 0, 360, 720];
const wrapped = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
/** The same meridian in -180…180. */
export const normal = (lon: number): number => (lon >= -180 && lon < 180 ? lon : wrapped(lon));

const onEdge = (p: Place, a: Place, b: Place): boolean =>
  orient2d(a[0], a[1], b[0], b[1], p[0], p[1]) === 0 &&
  p[0] >= Math.min(a[0], b[0]) &&
  p[0] <= Math.max(a[0], b[0]) &&
  p[1] >= Math.min(a[1], b[1]) &&
  p[1] <= Math.max(a[1], b[1]);

function edgesOf(
  rings: readonly (readonly (readonly number[])[])[],
  turn: number,
): (readonly [Place, Place])[] {
  const edges: (readonly [Place, Place])[] = [];
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i++)
      edges.push([
        [ring[i]![0]! + turn, ring[i]![1]!],
        [ring[i + 1]![0]! + turn, ring[i + 1]![1]!],
      ]);
  return edges;
}

/** Plain ray to the east over all edges, vertices counted half-open. */
function inEdges(p: Place, edges: readonly (readonly [Place, Place])[]): boolean {
  let inside = false;
  for (const [a, b] of edges) {
    // Edges wholly above, below or to the west of the place are neither touched nor crossed by its ray.
    if ((a[1] < p[1] && b[1] < p[1]) || (a[1] > p[1] && b[1] > p[1]) || (a[0] < p[0] && b[0] < p[0]))
      continue;
    if (onEdge(p, a, b)) return true;
    const [low, high] = a[1] < b[1] ? [a, b] : [b, a];
    // robust-predicates: negative is left of an upward edge, so the edge is to the east.
    if (low[1] <= p[1] && high[1] > p[1] && orient2d(low[0], low[1], high[0], high[1], p[0], p[1]) < 0)
      inside = !inside;
  }
  return inside;
}

/** Least distance in metres from a place to a line straight in lon/lat: sampled, then narrowed by golden section. */
export function lineDistance(p: Place, line: readonly (readonly number[])[]): number {
  let best = Infinity;
  const ends = line.length === 1 ? [line[0]!, line[0]!] : line;
  for (let i = 0; i + 1 < ends.length; i++) {
    const [a, b] = [ends[i]! as unknown as Place, ends[i + 1]! as unknown as Place];
    const at = (s: number): number => meters(p, [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])]);
    const span = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (at(0.5) - span * 56_000 > best) continue;
    const steps = Math.max(4, Math.ceil(span * 2));
    const values = Array.from({ length: steps + 1 }, (_, k) => at(k / steps));
    const nearest = values.indexOf(Math.min(...values));
    let [low, high] = [Math.max(0, (nearest - 1) / steps), Math.min(1, (nearest + 1) / steps)];
    while (high - low > 1e-9) {
      const [l, r] = [low + (high - low) * 0.45, high - (high - low) * 0.45];
      if (at(l) < at(r)) high = r;
      else low = l;
    }
    best = Math.min(best, at((low + high) / 2), values[0]!, values[steps]!);
  }
  return best;
}

/** The nearest place on the plane that touches `p`: its distance is right to three percent within two degrees, below latitude 70. */
function flatFoot(
  p: Place,
  line: readonly (readonly number[])[],
): { readonly distance: number; readonly foot: Place } {
  const [east, north] = [111_320 * Math.cos((p[1] * Math.PI) / 180), 110_900];
  const flat = line.map(([lon = NaN, lat = NaN]): Place => [(lon - p[0]) * east, (lat - p[1]) * north]);
  let distance = Infinity;
  let foot = p;
  for (const [i, a] of flat.entries()) {
    const b = flat[Math.min(i + 1, flat.length - 1)]!;
    const [x, y] = [b[0] - a[0], b[1] - a[1]];
    const square = x * x + y * y;
    const s = square === 0 ? 0 : Math.min(1, Math.max(0, -(a[0] * x + a[1] * y) / square));
    const here = Math.hypot(a[0] + s * x, a[1] + s * y);
    if (here >= distance) continue;
    distance = here;
    foot = [p[0] + (a[0] + s * x) / east, p[1] + (a[1] + s * y) / north];
  }
  return { distance, foot };
}

/** One fence, judged without any index. */
export interface Judge {
  inside(p: Place): boolean;
  margin(p: Place): number;
  /** Fractions of the path that touch the fence, first and last, and how near a miss or hit was. */
  contact(p: Place, q: Place): { first: number; last: number; margin: number } | undefined;
}

/** Edges of one polygon in one turn of the globe, with the box that holds them. */
interface Part {
  readonly edges: readonly (readonly [Place, Place])[];
  readonly low: Place;
  readonly high: Place;
}

function partOf(edges: readonly (readonly [Place, Place])[]): Part {
  const of = (axis: 0 | 1): number[] => edges.map(([a]) => a[axis]);
  const least = (values: number[]): number => values.reduce((x, y) => Math.min(x, y), Infinity);
  const most = (values: number[]): number => values.reduce((x, y) => Math.max(x, y), -Infinity);
  return { edges, low: [least(of(0)), least(of(1))], high: [most(of(0)), most(of(1))] };
}

/** Does the box of the path from p to q share nothing with the part's? Then neither does the path. */
const apart = ({ low, high }: Part, p: Place, q: Place): boolean =>
  Math.max(p[0], q[0]) < low[0] ||
  Math.min(p[0], q[0]) > high[0] ||
  Math.max(p[1], q[1]) < low[1] ||
  Math.min(p[1], q[1]) > high[1];

function polygonJudge(polygons: readonly (readonly (readonly (readonly number[])[])[])[]): Judge {
  // All polygons of a turn in one box, so that most questions are answered by five of them.
  const groups = turns.map((turn) => {
    const parts = polygons.map((rings) => partOf(edgesOf(rings, turn)));
    const reduce = (pick: (a: number, b: number) => number, of: "low" | "high"): Place => [
      parts.map((part) => part[of][0]).reduce((a, b) => pick(a, b)),
      parts.map((part) => part[of][1]).reduce((a, b) => pick(a, b)),
    ];
    return { parts, edges: [], low: reduce(Math.min, "low"), high: reduce(Math.max, "high") };
  });
  const near = (p: Place, q: Place): Part[] =>
    groups.flatMap((group) => (apart(group, p, q) ? [] : group.parts.filter((part) => !apart(part, p, q))));
  return {
    inside: (p) => near(p, p).some((part) => inEdges(p, part.edges)),
    margin: () => Infinity,
    contact(p, q) {
      let [first, last] = [Infinity, -Infinity];
      for (const [a, b] of near(p, q).flatMap((part) => part.edges)) {
        const [fromP, fromQ] = [
          orient2d(a[0], a[1], b[0], b[1], p[0], p[1]),
          orient2d(a[0], a[1], b[0], b[1], q[0], q[1]),
        ];
        const touched: number[] = [];
        if (onEdge(p, a, b)) touched.push(0);
        if (onEdge(q, a, b)) touched.push(1);
        const longX = Math.abs(q[0] - p[0]) > Math.abs(q[1] - p[1]);
        for (const v of [a, b])
          if (onEdge(v, p, q))
            touched.push(longX ? (v[0] - p[0]) / (q[0] - p[0]) : (v[1] - p[1]) / (q[1] - p[1]));
        const [fromA, fromB] = [
          orient2d(p[0], p[1], q[0], q[1], a[0], a[1]),
          orient2d(p[0], p[1], q[0], q[1], b[0], b[1]),
        ];
        if (Math.sign(fromP) * Math.sign(fromQ) < 0 && Math.sign(fromA) * Math.sign(fromB) < 0)
          touched.push(fromP / (fromP - fromQ));
        first = Math.min(first, ...touched);
        last = Math.max(last, ...touched);
      }
      return first === Infinity ? undefined : { first, last, margin: Infinity };
    },
  };
}

function roundJudge(line: readonly (readonly number[])[], radius: number): Judge {
  const exact = (p: Place): number =>
    (line.length === 1 ? meters(p, line[0] as unknown as Place) : lineDistance(p, line)) - radius;
  // Far from a small fence its distance need not be known well, only not be taken for more than it is.
  const isSmall = line.every(
    ([lon = NaN, lat = NaN]) => Math.abs(lat) < 70 && Math.abs(lon) < 179 && Math.abs(lon - line[0]![0]!) < 1,
  );
  const measure = (p: Place): number => {
    if (!isSmall || Math.abs(p[0] - line[0]![0]!) > 2 || Math.abs(p[1] - line[0]![1]!) > 2) return exact(p);
    const flat = flatFoot(p, line);
    const atLeast = 0.97 * flat.distance - radius;
    if (atLeast > 50) return atLeast;
    // So near the foot on the plane is off by centimetres, which lengthens the way by less than a tenth of a millimetre.
    return flat.distance < 1_000 ? meters(p, flat.foot) - radius : exact(p);
  };
  // A fix is asked about several times: as the end of one path and the start of the next.
  const known = new Map<string, number>();
  const over = (p: Place): number => {
    const key = `${p[0]} ${p[1]}`;
    let value = known.get(key);
    if (value === undefined) {
      if (known.size > 8) known.clear();
      known.set(key, (value = measure(p)));
    }
    return value;
  };
  const south = Math.min(...line.map((at) => at[1]!)) - radius / 110_000;
  const north = Math.max(...line.map((at) => at[1]!)) + radius / 110_000;
  const lons = line.map((at) => at[0]!);
  // A degree of longitude has at least so many metres here; near a pole or the antimeridian nothing is ruled out by it.
  const aside =
    radius / (110_000 * Math.cos((Math.max(Math.abs(south), Math.abs(north), 1) * Math.PI) / 180));
  const [west, east] = [Math.min(...lons) - aside, Math.max(...lons) + aside];
  const isPlain = south > -80 && north < 80 && west > -180 && east < 180;
  const isAside = (low: number, high: number): boolean =>
    isPlain && (high < west || low > east) && high - low < 180;
  return {
    inside: (p) => p[1] >= south && p[1] <= north && !isAside(p[0], p[0]) && over(p) <= 0,
    margin: (p) => Math.abs(over(p)),
    contact(p, q) {
      if (Math.max(p[1], q[1]) < south || Math.min(p[1], q[1]) > north) return undefined;
      if (isAside(Math.min(p[0], q[0]), Math.max(p[0], q[0])) && Math.abs(q[0]) <= 180) return undefined;
      const length = Math.hypot(q[0] - p[0], q[1] - p[1]) * 112_000;
      // Nothing can be nearer than the distance less the way: most fences need no more.
      if (over(p) > 0 && over(q) > 0 && over(p) + over(q) > length) return undefined;
      const at = (s: number): number => measure([p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]);
      // Close enough that no pass through a narrow corridor lies between two samples.
      const steps = Math.min(3_000, Math.max(40, Math.ceil((2 * length) / radius)));
      const values = Array.from({ length: steps + 1 }, (_, k) => at(k / steps));
      let least = values.indexOf(Math.min(...values));
      let [low, high] = [Math.max(0, (least - 1) / steps), Math.min(1, (least + 1) / steps)];
      for (let k = 0; k < 30; k++) {
        const [l, r] = [low + (high - low) * 0.45, high - (high - low) * 0.45];
        if (at(l) < at(r)) high = r;
        else low = l;
      }
      const bottom = (low + high) / 2;
      const margin = Math.abs(Math.min(at(bottom), ...values));
      const marks = [...values.map((_, k) => k / steps), bottom].sort((a, b) => a - b);
      const hits = marks.filter((s) => at(s) <= 0);
      if (hits.length === 0) return { first: Infinity, last: -Infinity, margin };
      const root = (outside: number, inside: number): number => {
        let [o, i] = [outside, inside];
        for (let k = 0; k < 40; k++) {
          const m = (o + i) / 2;
          if (at(m) <= 0) i = m;
          else o = m;
        }
        return i;
      };
      const [firstHit, lastHit] = [hits[0]!, hits.at(-1)!];
      const [before, after] = [marks[marks.indexOf(firstHit) - 1], marks[marks.lastIndexOf(lastHit) + 1]];
      least = before === undefined ? 0 : root(before, firstHit);
      return { first: least, last: after === undefined ? 1 : root(after, lastHit), margin };
    },
  };
}

/** A judge of one fence. */
export function judgeOf({ geometry, radius = 0 }: Pick<Fence, "geometry" | "radius">): Judge {
  if (geometry.type === "Polygon") return polygonJudge([geometry.coordinates]);
  if (geometry.type === "MultiPolygon") return polygonJudge(geometry.coordinates);
  return roundJudge(geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates, radius);
}

/** A device followed fix by fix, so that fences may change in between. */
export class OracleDevice {
  last: OracleFix | undefined;
  readonly inside: Set<string> = new Set();
  readonly #judges: Map<Fence, Judge> = new Map();

  judge(fence: Fence): Judge {
    let judge = this.#judges.get(fence);
    if (judge === undefined) this.#judges.set(fence, (judge = judgeOf(fence)));
    return judge;
  }

  /** The events of one fix, in the order of the specification. */
  update(fences: readonly Fence[], fix: OracleFix): OracleEvent[] {
    const events: OracleEvent[] = [];
    const q: Place = [normal(fix.lon), fix.lat];
    for (const fence of fences) {
      const event = this.#one(fence, q, fix);
      if (event !== undefined) events.push(event);
    }
    this.last = fix;
    return events.sort((a, b) => a.time - b.time || (a.fence < b.fence ? -1 : 1));
  }

  #one(fence: Fence, q: Place, fix: OracleFix): OracleEvent | undefined {
    const judge = this.judge(fence);
    const was = this.inside.has(fence.id);
    const now = judge.inside(q);
    if (now) this.inside.add(fence.id);
    else this.inside.delete(fence.id);
    return eventOf(fence, judge, was, now, this.last, fix);
  }
}

/** What the path from the last fix to this one did to a fence, if anything. */
export function eventOf(
  fence: Fence,
  judge: Judge,
  was: boolean,
  now: boolean,
  last: OracleFix | undefined,
  fix: OracleFix,
): OracleEvent | undefined {
  const q: Place = [normal(fix.lon), fix.lat];
  const base = { fence: fence.id, fenceVersion: fence.version, fix: fix.time };
  if (last === undefined) {
    if (!now) return undefined;
    const [lon, lat] = q;
    return { type: "enter", ...base, time: fix.time, lon, lat, reason: "first", margin: judge.margin(q) };
  }
  if (was && now) return undefined;
  const p: Place = [normal(last.lon), last.lat];
  if (!was && !now && (fix.time - last.time > 300_000 || (p[0] === q[0] && p[1] === q[1]))) return undefined;
  let to = q[0];
  if (to - p[0] > 180) to -= 360;
  if (to - p[0] < -180) to += 360;
  const contact = judge.contact(p, [to, q[1]]);
  if (!was && !now && (contact === undefined || contact.first === Infinity)) return undefined;
  const type = was ? "exit" : now ? "enter" : "cross";
  let s = contact === undefined ? NaN : type === "exit" ? contact.last : contact.first;
  if (!Number.isFinite(s)) s = type === "exit" ? 0 : 1;
  const time = Math.min(fix.time, Math.max(last.time, Math.round(last.time + s * (fix.time - last.time))));
  const lon = s === 1 ? q[0] : normal(p[0] + s * (to - p[0]));
  const lat = s === 1 ? q[1] : p[1] + s * (q[1] - p[1]);
  const margin = type === "cross" ? (contact?.margin ?? Infinity) : judge.margin(q);
  return { type, ...base, time, lon, lat, margin };
}

/** All events of one device over fixes in order of time, by brute force. */
export function oracleEvents(fences: readonly Fence[], fixes: Iterable<OracleFix>): OracleEvent[] {
  const device = new OracleDevice();
  const events: OracleEvent[] = [];
  for (const fix of fixes) events.push(...device.update(fences, fix));
  return events;
}
