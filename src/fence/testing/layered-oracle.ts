import type { Fence } from "#wire";
import { clearanceOf } from "./clearance.ts";
import { eventOf, judgeOf, meters, normal, type Judge, type OracleEvent, type OracleFix } from "./oracle.ts";

/** A fix with what the layers ask for. */
export interface LayeredFix extends OracleFix {
  readonly accuracy?: number;
  readonly speed?: number;
  readonly outlier?: boolean;
}

type Metres = readonly [east: number, north: number];

/** A fix that is no outlier, and what it is compared with. */
export interface GoodFix extends LayeredFix {
  readonly before?: GoodFix;
  /** From the good fix before. */
  readonly step?: Metres;
  readonly vetoed: boolean;
  /** The veto could fall either way. */
  readonly unsure: boolean;
}

/** The fix after the good fix `before`, as fences with layers see it. */
export function goodFix(before: GoodFix | undefined, fix: LayeredFix): GoodFix {
  if (before === undefined) return { ...fix, vetoed: false, unsure: false };
  const { before: _, ...last } = before;
  const step = displacement(before, fix);
  if (fix.speed === undefined) return { ...fix, before: last, step, vetoed: false, unsure: false };
  const way = meters([before.lon, before.lat], [fix.lon, fix.lat]);
  const implied = (way * 1_000) / Math.max(1, fix.time - before.time);
  const most = 3 * fix.speed + 15;
  const unsure = Math.abs(implied - most) < 1e-3 * most;
  return { ...fix, before: last, step, vetoed: implied > most, unsure };
}

interface Pending {
  readonly event: OracleEvent;
  /** Times of the decided fixes of the run. */
  run: number[];
  lead: boolean;
}

/** One device and one fence, followed by the words of the specification (FS…), without any index or shortcut. */
export class LayeredOracle {
  readonly #fence: Fence;
  readonly #judge: Judge;
  readonly #exitMargin: number;
  readonly #useAccuracy: boolean;
  readonly #confirmFixes: number;
  readonly #confirmSeconds: number;
  #pending: Pending | undefined;
  /** Whether the last good fix lay inside. */
  #was: boolean;
  settled: boolean;
  /** A decision lay so near to its limit that it may fall either way: from here on nothing can be compared. */
  unsure = false;

  /** `good` is the last good fix of the device when the fence was put. */
  constructor(fence: Fence, good: GoodFix | undefined) {
    this.#fence = fence;
    this.#judge = judgeOf(fence);
    this.#exitMargin = fence.exitMargin ?? 30;
    this.#useAccuracy = fence.useAccuracy ?? true;
    this.#confirmFixes = fence.confirmFixes ?? 3;
    this.#confirmSeconds = fence.confirmSeconds ?? 300;
    this.#was = good !== undefined && this.#raw(good);
    this.settled = this.#was;
  }

  get pending(): string | undefined {
    return this.#pending?.event.type;
  }

  update(fix: GoodFix): OracleEvent | undefined {
    const { before } = fix;
    if (fix.unsure && this.#useAccuracy) this.unsure = true;
    if (before === undefined) return this.#first(fix);
    const [was, now] = [this.#was, this.#raw(fix)];
    this.#was = now;
    // Only a change or a cross can come of it.
    if (was === now && this.#pending === undefined && this.settled) return undefined;
    const raw = eventOf(this.#fence, this.#judge, was, now, before, fix);
    if (raw !== undefined && raw.margin < 1e-3) this.unsure = true;
    if (now === this.settled) this.#pending = undefined;
    else if (was !== now) this.#pending = { event: raw!, run: [], lead: false };
    if (this.#pending !== undefined) return this.#count(this.#pending, fix);
    if (raw?.type !== "cross" || this.settled) return undefined;
    return this.#isDecided(fix, false) && this.#isDecided(before, false) ? raw : undefined;
  }

  #first(fix: GoodFix): OracleEvent | undefined {
    this.#was = this.#raw(fix);
    const event = eventOf(this.#fence, this.#judge, false, this.#was, undefined, fix);
    if (event === undefined) return undefined;
    if (event.margin < 1e-3) this.unsure = true;
    if (this.#isDecided(fix, true)) {
      this.settled = true;
      return event;
    }
    this.#pending = { event, run: [], lead: false };
    return undefined;
  }

  #raw(fix: OracleFix): boolean {
    return this.#judge.inside([normal(fix.lon), fix.lat]);
  }

  #count(pending: Pending, fix: GoodFix): OracleEvent | undefined {
    const { event } = pending;
    const decided = this.#isDecided(fix, event.type === "enter");
    const vetoed = fix.vetoed && this.#useAccuracy;
    if (event.fix === fix.time) pending.lead = !decided && !vetoed;
    else pending.lead &&= !vetoed && this.#isSteady(fix.before?.step, fix.step);
    if (!decided) {
      pending.run = [];
      return undefined;
    }
    pending.run.push(fix.time);
    const count = pending.run.length + (pending.lead ? 1 : 0);
    const lasted = (fix.time - pending.run[0]!) / 1_000;
    const confirmed =
      (this.#confirmFixes === 0 && this.#confirmSeconds === 0) ||
      (this.#confirmFixes > 0 && count >= this.#confirmFixes) ||
      (this.#confirmSeconds > 0 && lasted >= this.#confirmSeconds);
    if (!confirmed) return undefined;
    this.#pending = undefined;
    this.settled = event.type === "enter";
    return event;
  }

  #isDecided(fix: GoodFix, inside: boolean): boolean {
    if (this.#useAccuracy && fix.vetoed) return false;
    const accuracy = this.#useAccuracy && fix.accuracy !== undefined ? fix.accuracy : 0;
    const need = inside ? accuracy : accuracy + this.#exitMargin;
    const limit = need * 1.1 + 1;
    const found = clearanceOf(this.#fence, this.#judge, [fix.lon, fix.lat], limit);
    if (found.inside !== inside) return false;
    if (need === 0) return true;
    if (Math.abs(found.distance - need) < found.tolerance + need * 1e-6) this.unsure = true;
    return inside ? found.distance >= need : found.distance > need;
  }

  #isSteady(before: Metres | undefined, now: Metres | undefined): boolean {
    if (before === undefined || now === undefined) return false;
    const [a, b] = [Math.hypot(...before), Math.hypot(...now)];
    if (a === 0 || b === 0) return false;
    const cosine = (before[0] * now[0] + before[1] * now[1]) / (a * b);
    const ratio = Math.max(a, b) / Math.min(a, b);
    if (Math.abs(cosine - 0.5) < 1e-4 || Math.abs(ratio - 3) < 1e-3) this.unsure = true;
    return cosine > 0.5 && ratio <= 3;
  }
}

/** Metres east and north between two fixes, on the plane that touches the newer one. */
function displacement(from: OracleFix, to: OracleFix): Metres {
  let lon = normal(to.lon) - normal(from.lon);
  if (lon > 180) lon -= 360;
  if (lon < -180) lon += 360;
  const h = 1e-3;
  const east = meters([0, to.lat], [h, to.lat]) / h;
  const [south, north] = [Math.max(-90, to.lat - h), Math.min(90, to.lat + h)];
  return [lon * east, ((to.lat - from.lat) * meters([0, south], [0, north])) / (north - south)];
}
