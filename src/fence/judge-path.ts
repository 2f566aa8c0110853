import type { FenceSlots } from "./fences.ts";
import { fractionOf, momentAt } from "./judge.ts";
import type { Ground } from "./load.ts";
import type { Machine, MachineParts } from "./machine.ts";
import { Path, type Candidate } from "./path.ts";
import type { CrossingType } from "./types.ts";

/** Which fences a path or place is judged for: those that every single fix decides, those with layers, or both. */
export type Judged = "all" | "strict" | "layered";

/**
 * What a step does to the fences by geometry alone. For strict fences that is the answer; for those with layers it
 * begins and ends pending changes, and decides `cross`.
 */
export class PathJudge {
  readonly #ground: Ground;
  readonly #slots: FenceSlots;
  readonly #parts: MachineParts;
  readonly #machine: Machine;
  readonly #path: Path;
  /** Longest gap over which a path crosses, milliseconds. */
  readonly #crossGap: number;
  /** Slots of the fences around the last place that was asked for; they are marked with the question's number. */
  readonly #around: number[] = [];
  #question = 0;
  readonly #mark = (shape: number): void => {
    const slot = this.#ground.shapes.fence[shape] ?? 0;
    if (this.#slots.seen[slot] === this.#question) return;
    this.#slots.seen[slot] = this.#question;
    this.#around.push(slot);
  };

  constructor(ground: Ground, parts: MachineParts, machine: Machine, crossGap: number) {
    this.#ground = ground;
    this.#slots = parts.slots;
    this.#parts = parts;
    this.#machine = machine;
    this.#crossGap = crossGap;
    this.#path = new Path(ground.tree, ground.shapes, ground.vertices, parts.slots);
  }

  /** Slots of the fences around a place; valid until the next call. */
  around(lon: number, lat: number): readonly number[] {
    this.#look(lon, lat);
    return this.#around;
  }

  isIn(slot: number, lon: number, lat: number): boolean {
    this.#look(lon, lat);
    return this.#slots.seen[slot] === this.#question;
  }

  /** Judges the first fix of a device: who is inside enters, or is about to. */
  first(handle: number, judged: Judged): void {
    const { devices, crossings, step } = this.#parts;
    const { time, lon, lat } = step;
    this.#look(lon, lat);
    for (const slot of this.#around) {
      if (!this.#concerns(slot, judged)) continue;
      if (!this.#slots.isStrict(slot) && !this.#machine.isDecided(slot, true)) {
        this.#machine.begin(handle, slot, true, true, { time, lon, lat });
        continue;
      }
      devices.enter(handle, slot);
      const [fence, fenceVersion] = [this.#slots.id(slot), this.#slots.version(slot)];
      crossings.add({ type: "enter", fence, fenceVersion, time, lon, lat, fix: time, reason: "first" });
    }
  }

  /** Judges the path of the step; `unwrapped` is the longitude of its end the short way round. */
  step(handle: number, judged: Judged, unwrapped: number): void {
    const { lon, lat, px, py } = this.#parts.step;
    const path = this.#path;
    path.follow(px, py, unwrapped, lat);
    if (path.count === 0 && unwrapped === lon) return;
    this.#look(lon, lat);
    // Over the antimeridian the path is judged in two turns, whose numbers round differently: ask both sides.
    if (unwrapped !== lon) this.#addMissing(handle);
    for (let i = 0; i < path.count; i++) {
      const candidate = path.candidates[i];
      if (candidate !== undefined && this.#concerns(candidate.fence, judged)) this.#judge(handle, candidate);
    }
  }

  #concerns(slot: number, judged: Judged): boolean {
    return judged === "all" || this.#slots.isStrict(slot) === (judged === "strict");
  }

  #judge(handle: number, candidate: Candidate): void {
    const slot = candidate.fence;
    const change = this.#machine.find(handle, slot);
    const was = this.#parts.devices.isIn(handle, slot) !== (change !== 0);
    const now = this.#slots.seen[slot] === this.#question;
    if (was !== now) {
      if (change === 0) this.#change(handle, candidate, now);
      else this.#machine.drop(handle, change);
    } else if (!was && change === 0) this.#cross(candidate);
  }

  #change(handle: number, candidate: Candidate, isEnter: boolean): void {
    const slot = candidate.fence;
    const type = isEnter ? "enter" : "exit";
    const fraction = fractionOf(this.#ground, this.#path, candidate, type);
    if (!this.#slots.isStrict(slot)) {
      const { from, time } = this.#parts.step;
      this.#machine.begin(handle, slot, isEnter, false, momentAt(this.#path, from, time, fraction));
      return;
    }
    if (isEnter) this.#parts.devices.enter(handle, slot);
    else this.#parts.devices.leave(handle, slot);
    this.#tell(slot, type, fraction);
  }

  #cross(candidate: Candidate): void {
    const slot = candidate.fence;
    const { from, time } = this.#parts.step;
    if (time - from > this.#crossGap) return;
    const fraction = fractionOf(this.#ground, this.#path, candidate, "cross");
    if (fraction < 0) return;
    const decided =
      this.#slots.isStrict(slot) || (this.#machine.isDecided(slot, false) && this.#machine.wasDecided(slot));
    if (decided) this.#tell(slot, "cross", fraction);
  }

  #tell(slot: number, type: CrossingType, fraction: number): void {
    const { from, time } = this.#parts.step;
    const [fence, fenceVersion] = [this.#slots.id(slot), this.#slots.version(slot)];
    const moment = momentAt(this.#path, from, time, fraction);
    this.#parts.crossings.add({ type, fence, fenceVersion, ...moment, fix: time });
  }

  /** Makes candidates of the fences whose raw membership differs between the ends of the path. */
  #addMissing(handle: number): void {
    const { devices, pending } = this.#parts;
    const slots = new Set(this.#around);
    const list = devices.list(handle);
    for (let i = 1; i <= devices.inside.length(list); i++) slots.add(devices.inside.data[list + i] ?? 0);
    for (let change = devices.pending(handle); change !== 0; change = pending.next(change))
      slots.add(pending.slot(change));
    for (const slot of slots) {
      const was = devices.inside.includes(list, slot) !== (this.#machine.find(handle, slot) !== 0);
      if (was !== (this.#slots.seen[slot] === this.#question)) this.#path.ensure(slot);
    }
  }

  #look(lon: number, lat: number): void {
    this.#question = this.#path.nextQuestion();
    this.#around.length = 0;
    this.#ground.tree.shapesAt(lon, lat, this.#mark);
  }
}
