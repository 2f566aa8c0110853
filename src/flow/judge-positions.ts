import { judgePosition } from "#track";
import { eventId, type LogEntry, type Position } from "#wire";
import type { Device } from "./device.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import type { Workbench } from "./workbench.ts";

type PositionsEntry = Extract<LogEntry, { kind: "positions" }>;

/**
 * The steps of a position, in order: find its device, judge it by itself (order, duplicate, outlier, speed and
 * course, motion), judge its path against the fences, collect what changed.
 */
export function judgePositions(bench: Workbench, entry: PositionsEntry): void {
  const workspace = bench.fleet.workspace(entry.workspace);
  for (const position of entry.positions) {
    const device = workspace.devices.get(position.device) ?? bench.fleet.add(workspace, position.device);
    track(bench, workspace, device, position, entry);
  }
}

function track(
  { batch, settings, tally }: Workbench,
  workspace: Workspace,
  device: Device,
  position: Position,
  entry: PositionsEntry,
): void {
  const { verdict, state, fix } = judgePosition(device.track, position, settings.track);
  if (verdict === "duplicate") {
    tally.duplicates++;
    return;
  }
  device.track = state;
  // A server's clock may be set back, the newest sighting stays.
  if (device.seenAt === undefined || entry.at > device.seenAt) device.seenAt = entry.at;
  batch.fixes.push({ workspace: workspace.id, fix });
  batch.changed.add(device);
  if (verdict === "late") {
    tally.late++;
    return;
  }
  if (fix.outlier === true) tally.outliers++;
  else tally.live++;
  // Strict fences judge every fix in the order of time, outliers too; a speed that was computed is no report.
  const crossings = workspace.engine.update(
    device.handle,
    fix.time,
    fix.lon,
    fix.lat,
    fix.accuracy ?? 0,
    position.speed ?? NaN,
    fix.outlier === true,
  );
  device.carry = workspace.engine.carry(device.handle);
  if (crossings === 0) return;
  refreshInside(workspace.engine, device);
  tally.events += crossings;
  collect(batch, workspace, device, entry, crossings);
}

function collect(
  batch: Workbench["batch"],
  { id: workspace, engine }: Workspace,
  device: Device,
  entry: PositionsEntry,
  crossings: number,
): void {
  for (let i = 0; i < crossings; i++) {
    const { type, fence, fenceVersion, time, lon, lat, fix, reason } = engine.crossing(i);
    const identity = { workspace, device: device.id, fence, fenceVersion, type, fix };
    batch.events.push({
      id: eventId({ ...identity, generation: 0 }),
      ...identity,
      time,
      detectedAt: entry.at,
      lon,
      lat,
      ...(reason && { reason }),
      ...(entry.mode === "import" && { imported: true }),
    });
  }
}
