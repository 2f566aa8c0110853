import type { LogEntry, Position } from "#wire";
import { keepBase } from "./bases.ts";
import type { Device } from "./device.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import { judgeFix } from "./judge-fix.ts";
import { judgePairs } from "./judge-pairs.ts";
import { judgeAgain } from "./judge-again.ts";
import { setAlarm } from "./judge-tick.ts";
import { raiseFacts } from "./raise.ts";
import type { Workbench } from "./workbench.ts";

type PositionsEntry = Extract<LogEntry, { kind: "positions" }>;

/**
 * Finds the device of each position and judges what is newer than all before. What is late is stored, and once all
 * of the entry is in, each device that has late fixes within the horizon is judged again from its base.
 */
export function judgePositions(bench: Workbench, entry: PositionsEntry): void {
  const workspace = bench.fleet.workspace(entry.workspace);
  const late = new Set<Device>();
  for (const position of entry.positions) {
    const device = workspace.devices.get(position.device) ?? bench.fleet.add(workspace, position.device);
    const newest = device.track?.newest;
    if (newest === undefined || position.time >= newest) judgeNew(bench, workspace, device, position, entry);
    else if (keepLate(bench, device, position, entry)) late.add(device);
  }
  for (const device of late) judgeAgain(bench, workspace, device, entry);
}

function judgeNew(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  position: Position,
  entry: PositionsEntry,
): void {
  const { batch, settings, tally, offset, stretches } = bench;
  if (device.track === undefined) device.based = { time: position.time, offset };
  // What is judged again at the end of the entry needs the base that it has now, unless that lies behind an edit.
  else if (stretches?.has(device.id) !== true || device.based.offset < workspace.edited) {
    keepBase(workspace, device, batch, { offset, horizon: settings.horizon });
  }
  const { verdict, fix, crossed, facts } = judgeFix(workspace, device, position, settings.track);
  if (verdict === "duplicate") {
    tally.duplicates++;
    return;
  }
  see(device, entry);
  device.quiet = entry.mode === "import";
  batch.fixes.push({ workspace: workspace.id, fix });
  batch.changed.add(device);
  if (fix.outlier === true) tally.outliers++;
  else tally.live++;
  if (crossed) refreshInside(workspace.engine, device);
  else device.carry = workspace.engine.carry(device.handle);
  setAlarm(bench.fleet, device);
  const isLive = device.track?.fix.time === fix.time;
  if (facts.length === 0 && (workspace.pairs.size === 0 || !isLive)) return;
  const origin = { offset, at: entry.at, shown: fix.time, imported: entry.mode === "import", late: false };
  raiseFacts(bench, workspace, device, facts, origin);
  if (isLive && workspace.pairs.size > 0) judgePairs(bench, workspace, device, origin);
}

/** Answers whether the past of the device is judged again because of it. */
function keepLate(
  { batch, tally, stretches }: Workbench,
  device: Device,
  position: Position,
  entry: PositionsEntry,
): boolean {
  see(device, entry);
  batch.fixes.push({ workspace: device.workspace, fix: { ...position, late: true } });
  batch.changed.add(device);
  tally.late++;
  if (stretches?.get(device.id)?.late.has(position.time) === true) return true;
  tally.tooLate++;
  return false;
}

/** A server's clock may be set back, the newest sighting stays. */
function see(device: Device, { at }: PositionsEntry): void {
  if (device.seenAt === undefined || at > device.seenAt) device.seenAt = at;
}
