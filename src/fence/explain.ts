import type { PathJudge } from "./judge-path.ts";
import type { Machine, MachineParts } from "./machine.ts";
import type { FenceState, FenceVerdict, JudgedPlace } from "./types.ts";

/** Fences within so many metres are told about, and distances up to so many are measured. */
const told = 1_000;

/** What the last fix of a device says about the fences that concern it; by fence id. See `FenceEngine.explain`. */
export function explain(
  parts: MachineParts,
  machine: Machine,
  paths: PathJudge,
  state: FenceState,
  handle: number,
): readonly FenceVerdict[] {
  const { slots, boundaries, devices, pending } = parts;
  const { time, lon, lat, veto } = state;
  if (time === undefined || lon === undefined || lat === undefined) return [];
  const last: JudgedPlace = {
    time,
    lon,
    lat,
    ...(state.accuracy && { accuracy: state.accuracy }),
    ...(veto && { veto }),
  };
  const good = state.good === undefined ? last : state.good;
  const concerned = new Set<number>();
  for (const place of new Set([last, good])) {
    if (place === null) continue;
    for (const slot of boundaries.around(place.lon, place.lat, told)) concerned.add(slot);
    for (const slot of paths.around(place.lon, place.lat)) concerned.add(slot);
  }
  for (const id of state.inside) concerned.add(slots.find(id) ?? -1);
  for (let change = devices.pending(handle); change !== 0; change = pending.next(change))
    concerned.add(pending.slot(change));
  const verdicts: FenceVerdict[] = [];
  for (const slot of concerned) {
    const place = slots.isStrict(slot) ? last : good;
    if (slot < 0 || place === null) continue;
    const verdict = verdictOf(parts, machine, paths, place, handle, slot, state.good !== undefined);
    const concerns = verdict.inside || verdict.rawInside || verdict.pending !== undefined;
    if (concerns || verdict.distance < told) verdicts.push(verdict);
  }
  return verdicts.sort((a, b) => (a.fence < b.fence ? -1 : 1));
}

function verdictOf(
  parts: MachineParts,
  machine: Machine,
  paths: PathJudge,
  { time, lon, lat, accuracy = 0, veto }: JudgedPlace,
  handle: number,
  slot: number,
  isSkipped: boolean,
): FenceVerdict {
  const { slots, boundaries, devices } = parts;
  const rawInside = paths.isIn(slot, lon, lat);
  const isStrict = slots.isStrict(slot);
  const isVetoed = veto !== undefined && slots.usesAccuracy(slot);
  const radius = slots.usesAccuracy(slot) ? accuracy : 0;
  const exitMargin = slots.exitMargin[slot] ?? 0;
  const need = rawInside ? radius : radius + exitMargin;
  const limit = Math.max(told, need);
  const off = rawInside
    ? boundaries.inside(slot, lon, lat, limit, false)
    : boundaries.outside(slot, lon, lat, limit, false);
  const decided = rawInside ? off >= need : need === 0 || off > need;
  const side = rawInside ? "inside" : "outside";
  const pending = pendingVerdict(parts, machine, handle, slot, time);
  return {
    fence: slots.id(slot),
    fenceVersion: slots.version(slot),
    inside: devices.isIn(handle, slot),
    rawInside,
    distance: (Math.round(Math.min(told, off) * 100) / 100) * (rawInside ? -1 : 1),
    accuracy: Number(radius.toPrecision(7)),
    exitMargin,
    verdict: isStrict ? side : isSkipped ? "skipped" : isVetoed ? "vetoed" : decided ? side : "undecided",
    ...(isVetoed && !isSkipped && veto),
    ...(pending && { pending }),
  };
}

function pendingVerdict(
  { slots, pending }: MachineParts,
  machine: Machine,
  handle: number,
  slot: number,
  now: number,
): FenceVerdict["pending"] {
  const change = machine.find(handle, slot);
  if (change === 0) return undefined;
  const count = pending.run(change);
  return {
    type: pending.isEnter(change) ? "enter" : "exit",
    time: pending.time(change),
    fix: pending.fix(change),
    count,
    needFixes: slots.confirmFixes[slot] ?? 0,
    seconds: count === 0 ? 0 : (now - pending.runStart(change)) / 1_000,
    needSeconds: (slots.confirmFor[slot] ?? 0) / 1_000,
    steady: pending.leads(change),
  };
}
