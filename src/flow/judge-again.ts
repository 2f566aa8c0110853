import type { EpochMs } from "#geo";
import type { Base } from "#ports";
import { reportedOf } from "#track";
import type { Event, LogEntry, Position } from "#wire";
import { judgedIn, judgedOf } from "./bases.ts";
import { concerns } from "./concerns.ts";
import type { Device } from "./device.ts";
import { deviceTime } from "./device-time.ts";
import { type Finding, keyOf, type Origin, eventOf, revisionOf, withdrawalOf } from "./finding.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import { judgePairsAgain, type Live } from "./judge-pairs.ts";
import { judgeFix, type Subject } from "./judge-fix.ts";
import { setAlarm } from "./judge-tick.ts";
import { amendEvent, raiseEvent } from "./raise.ts";
import { baseBefore, nothingKnown, upToDate } from "./recent.ts";
import type { Fact } from "./fact-finding.ts";
import { watchTime } from "./watched.ts";
import type { Workbench } from "./workbench.ts";

type PositionsEntry = Extract<LogEntry, { kind: "positions" }>;

/** Something found while going through the past again, and the newest fix then. */
interface Found {
  readonly finding: Finding;
  readonly shown: number;
  /** The newest live fix then. */
  readonly position: Position | undefined;
}

/**
 * Judges a device again from its base, with the late fixes in their places, and says what that changes: events that
 * are not true any more are withdrawn, those that were not known are raised, those whose interpolated time is another
 * are revised. The device goes on from where the past leads now.
 */
export function judgeAgain(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  entry: PositionsEntry,
): void {
  const { stretch: read, late } = bench.stretches?.get(device.id) ?? { stretch: nothingKnown, late: [] };
  const before = Math.min(...late);
  // What this entry has brought already is in the batch.
  const stretch = upToDate(read, [bench.batch.peek()], {
    workspace: workspace.id,
    device: device.id,
    before,
  });
  const base = judgedIn(baseBefore(stretch, before));
  const handle = workspace.engine.admit(base.fence);
  const subject: Subject = { ...device, handle, track: base.track, watched: base.watched };
  const found = new Map<string, Found>();
  const note = (facts: readonly Fact[], shown: number): void => {
    for (const { kind, finding } of facts) {
      if (!concerns(workspace, device, finding)) continue;
      if (kind === "raise") found.set(keyOf(finding), { finding, shown, position: subject.track?.fix });
      else found.delete(keyOf(finding));
    }
  };
  // A base that lies behind the late fixes knows nothing of them yet.
  let stale = stretch.later !== undefined && stretch.later.time >= before ? stretch.later : undefined;
  const live: Live[] = [];
  for (const fix of stretch.fixes) {
    if (stale !== undefined && fix.time > stale.time) stale = renew(bench, workspace, subject, stale);
    note(judgeFix(workspace, subject, reportedOf(fix), bench.settings.track).facts, fix.time);
    const { track } = subject;
    if (track?.fix.time === fix.time)
      live.push({ fix: track.fix, stopped: track.motion.motion === "stopped" });
  }
  if (stale !== undefined) renew(bench, workspace, subject, stale);
  takeOver(workspace, device, subject);
  if (!device.quiet && device.track !== undefined) {
    const { watched, facts } = watchTime(workspace, device, deviceTime(device, entry.at));
    device.watched = watched;
    note(facts, device.track.newest);
  }
  setAlarm(bench.fleet, device);
  amend(bench, workspace, device, { known: stretch.events, found, entry });
  if (workspace.pairs.size === 0) return;
  const after = base.track?.newest ?? Number.NEGATIVE_INFINITY;
  const origin = originOf(bench, entry, device.track?.newest ?? entry.at);
  judgePairsAgain(bench, workspace, device, { after, live, origin });
}

const originOf = ({ offset }: Workbench, { at, mode }: PositionsEntry, shown: EpochMs): Origin => ({
  offset,
  at,
  shown,
  imported: mode === "import",
  late: true,
});

/** Keeps what is known now of the time of a base. */
function renew(bench: Workbench, workspace: Workspace, subject: Subject, { time }: Base): undefined {
  const base = { time, state: judgedOf(workspace, subject) };
  bench.batch.bases.push({ workspace: workspace.id, device: subject.id, base, reset: false });
}

/** The live state is that of the subject, which has come as far as the device. */
function takeOver(workspace: Workspace, device: Device, subject: Subject): void {
  workspace.byHandle.delete(device.handle);
  workspace.engine.release(device.handle);
  device.handle = subject.handle;
  workspace.byHandle.set(device.handle, device);
  device.track = subject.track;
  device.watched = subject.watched;
  refreshInside(workspace.engine, device);
}

interface Amendment {
  readonly known: readonly Event[];
  readonly found: ReadonlyMap<string, Found>;
  readonly entry: PositionsEntry;
}

/** Withdrawals first, then revisions, then what is new, each in the order of time. */
function amend(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  { known, found, entry }: Amendment,
): void {
  const origin = (shown: EpochMs): Origin => originOf(bench, entry, shown);
  const newest = device.track?.newest ?? entry.at;
  const standing = new Map<string, Event>();
  for (const event of known) if (isJudged(event)) standing.set(keyOf(event), event);
  const withdrawn = [...standing.values()].filter((event) => !found.has(keyOf(event))).sort(byTime);
  for (const event of withdrawn) {
    amendEvent(bench, withdrawalOf(device, event, origin(newest)));
  }
  const fresh = [...found.values()].sort((a, b) => byTime(a.finding, b.finding));
  for (const { finding, shown } of fresh) {
    const event = standing.get(keyOf(finding));
    if (event !== undefined && (event.shown ?? event.fix) !== shown) {
      bench.batch.reshown.push({ workspace: workspace.id, device: device.id, event: event.id, shown });
    }
    if (event !== undefined && isMoved(event, finding)) {
      amendEvent(bench, revisionOf(event, finding, origin(newest)));
    }
  }
  for (const { finding, shown, position } of fresh) {
    if (!standing.has(keyOf(finding))) {
      raiseEvent(bench, workspace, device, eventOf(device, finding, origin(shown)), position);
    }
  }
}

/** Does it follow from the device's own fixes, and does it still stand? */
const isJudged = ({ type, reason, withdrawnAt }: Event): boolean =>
  withdrawnAt === undefined &&
  reason !== "fence" &&
  type !== "withdrawn" &&
  type !== "revised" &&
  type !== "proximity" &&
  type !== "apart";

const byTime = (a: Finding, b: Finding): number => a.time - b.time || (keyOf(a) < keyOf(b) ? -1 : 1);

function isMoved(event: Event, { time, lon, lat, reason }: Finding): boolean {
  return event.time !== time || event.lon !== lon || event.lat !== lat || event.reason !== reason;
}
