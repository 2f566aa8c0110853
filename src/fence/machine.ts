import type { Boundaries } from "./boundaries.ts";
import type { Crossings } from "./crossings.ts";
import type { Devices } from "./devices.ts";
import type { FenceSlots } from "./fences.ts";
import type { Moment } from "./judge.ts";
import type { PendingChanges } from "./pending.ts";
import type { Step } from "./step.ts";

/** Cosine of the widest angle between two displacements, and the greatest ratio of their lengths, that are steady. */
const steadyCosine = 0.5;
const steadyRatio = 3;

/** What the machine works on; all of it belongs to the engine. */
export interface MachineParts {
  readonly devices: Devices;
  readonly slots: FenceSlots;
  readonly pending: PendingChanges;
  readonly boundaries: Boundaries;
  readonly step: Step;
  readonly crossings: Crossings;
}

/**
 * What lies between the raw answer of the geometry and what is said of a device: changes begin when raw and settled
 * membership differ, every fix of the device is counted for or against them, and what is confirmed becomes settled.
 */
export class Machine {
  readonly #parts: MachineParts;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  /** The pending change of a device and fence, 0 for none. */
  find(handle: number, slot: number): number {
    const { devices, pending } = this.#parts;
    let change = devices.pending(handle);
    while (change !== 0 && pending.slot(change) !== slot) change = pending.next(change);
    return change;
  }

  /** A raw crossing, or a first fix inside (`isFirst`), that is not settled: it awaits `judge`. */
  begin(handle: number, slot: number, isEnter: boolean, isFirst: boolean, moment: Moment): void {
    const { devices, pending, step } = this.#parts;
    const change = pending.take(slot, devices.pending(handle), isEnter, isFirst);
    pending.setMoment(change, moment.time, moment.lon, moment.lat, step.time);
    devices.setPending(handle, change);
  }

  /** Raw membership came back to what is settled. */
  drop(handle: number, change: number): void {
    const { devices, pending } = this.#parts;
    let before = 0;
    for (let at = devices.pending(handle); at !== change; at = pending.next(at)) before = at;
    this.#unlink(handle, before, change);
  }

  /** Forgets what is pending for a fence; answers the devices, by handle. */
  dropFence(slot: number): number[] {
    const { devices } = this.#parts;
    const dropped: number[] = [];
    for (let handle = 0; handle < devices.end; handle++) {
      const change = this.find(handle, slot);
      if (change === 0) continue;
      this.drop(handle, change);
      dropped.push(handle);
    }
    return dropped;
  }

  /** Forgets what is pending for a device. */
  dropAll(handle: number): void {
    const { devices, pending } = this.#parts;
    for (let change = devices.pending(handle); change !== 0;) {
      const next = pending.next(change);
      pending.release(change);
      change = next;
    }
    devices.setPending(handle, 0);
  }

  /** Counts the fix for or against each pending change of the device; what is confirmed becomes a crossing. */
  judge(handle: number): void {
    const { devices, pending } = this.#parts;
    let change = devices.pending(handle);
    let before = 0;
    while (change !== 0) {
      const next = pending.next(change);
      if (this.#isConfirmed(change)) {
        this.#settle(handle, change);
        this.#unlink(handle, before, change);
      } else before = change;
      change = next;
    }
  }

  /** Whether the fix lies decidedly on one side of a fence. */
  isDecided(slot: number, inside: boolean): boolean {
    const { slots, boundaries, step } = this.#parts;
    const careful = slots.usesAccuracy(slot);
    if (careful && step.vetoed) return false;
    const radius = careful ? step.accuracy : 0;
    const limit = inside ? radius : radius + (slots.exitMargin[slot] ?? 0);
    // Most that are decided are known to be so already: no boundary of any fence is near.
    if (limit === 0 || step.isClearOf(limit)) return true;
    return inside
      ? boundaries.inside(slot, step.lon, step.lat, limit, true) >= limit
      : boundaries.outside(slot, step.lon, step.lat, limit, true) > limit;
  }

  /** Whether the fix before lay decidedly outside a fence. */
  wasDecided(slot: number): boolean {
    const { slots, boundaries, step } = this.#parts;
    const careful = slots.usesAccuracy(slot);
    if (careful && step.beforeVetoed) return false;
    const limit = (careful ? step.beforeAccuracy : 0) + (slots.exitMargin[slot] ?? 0);
    return limit === 0 || boundaries.outside(slot, step.px, step.py, limit, true) > limit;
  }

  #isConfirmed(change: number): boolean {
    const { slots, pending, step } = this.#parts;
    const slot = pending.slot(change);
    const decided = this.isDecided(slot, pending.isEnter(change));
    this.#lead(change, decided, slots.usesAccuracy(slot) && step.vetoed);
    if (!decided) {
      pending.setRun(change, 0, NaN);
      return false;
    }
    const run = pending.run(change) + 1;
    const start = run === 1 ? step.time : pending.runStart(change);
    pending.setRun(change, run, start);
    const fixes = slots.confirmFixes[slot] ?? 0;
    const time = slots.confirmFor[slot] ?? 0;
    if (fixes === 0 && time === 0) return true;
    const count = pending.leads(change) ? run + 1 : run;
    return (fixes > 0 && count >= fixes) || (time > 0 && step.time - start >= time);
  }

  /** Whether the undecided fix that made the crossing still leads the run: as long as the device goes on steadily. */
  #lead(change: number, decided: boolean, vetoed: boolean): void {
    const { pending, step } = this.#parts;
    const isFresh = pending.isFresh(change);
    if (!isFresh && !pending.leads(change)) return;
    step.measure();
    if (isFresh) pending.setLead(change, !decided && !vetoed && !pending.isFirst(change));
    else pending.setLead(change, !vetoed && isSteady(pending.east(change), pending.north(change), step));
    pending.setStep(change, step.east, step.north);
  }

  #settle(handle: number, change: number): void {
    const { devices, slots, pending, crossings } = this.#parts;
    const slot = pending.slot(change);
    const isEnter = pending.isEnter(change);
    if (isEnter) devices.enter(handle, slot);
    else devices.leave(handle, slot);
    crossings.add({
      type: isEnter ? "enter" : "exit",
      fence: slots.id(slot),
      fenceVersion: slots.version(slot),
      time: pending.time(change),
      lon: pending.lon(change),
      lat: pending.lat(change),
      fix: pending.fix(change),
      ...(pending.isFirst(change) && { reason: "first" as const }),
    });
  }

  #unlink(handle: number, before: number, change: number): void {
    const { devices, pending } = this.#parts;
    if (before === 0) devices.setPending(handle, pending.next(change));
    else pending.setNext(before, pending.next(change));
    pending.release(change);
  }
}

/** Whether a step goes on as the displacement before it did. */
function isSteady(east: number, north: number, step: Step): boolean {
  const before = Math.hypot(east, north);
  const now = Math.hypot(step.east, step.north);
  const along = east * step.east + north * step.north;
  return along > steadyCosine * before * now && now <= steadyRatio * before && before <= steadyRatio * now;
}
