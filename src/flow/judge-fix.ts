import { judgePosition, type TrackConfig, type Verdict } from "#track";
import type { Fix, Position } from "#wire";
import type { Device } from "./device.ts";
import type { Finding } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import { watchStep, type Fact } from "./watched.ts";

/** What is judged: a device, or a copy of it that goes through its past again. */
export type Subject = Pick<Device, "id" | "groups" | "handle" | "track" | "watched">;

/** What became of a position that is newer than all before. */
export interface JudgedFix {
  readonly verdict: Verdict;
  readonly fix: Fix;
  /** Did memberships change? */
  readonly crossed: boolean;
  readonly facts: readonly Fact[];
}

const noFacts: readonly Fact[] = [];
const noFindings: readonly Finding[] = [];

/**
 * The steps of a position, in order: by itself (outlier, speed and course, motion), its path against the fences, the
 * watches. Changes the subject; answers what was found.
 */
export function judgeFix(
  workspace: Workspace,
  subject: Subject,
  position: Position,
  config: TrackConfig,
): JudgedFix {
  const before = subject.track;
  const { verdict, state, fix } = judgePosition(before, position, config);
  if (verdict === "duplicate" || verdict === "late") return { verdict, fix, crossed: false, facts: noFacts };
  subject.track = state;
  const count = workspace.engine.update(subject.handle, fix.time, fix.lon, fix.lat);
  const crossings = count === 0 ? noFindings : findingsOf(workspace, fix, count);
  if (workspace.watching === 0 && subject.watched === undefined) {
    return { verdict, fix, crossed: count > 0, facts: count === 0 ? noFacts : crossings.map(raise) };
  }
  const { watched, facts } = watchStep(workspace, subject, subject.watched, {
    fix,
    before,
    after: state,
    crossings,
  });
  subject.watched = watched;
  return { verdict, fix, crossed: count > 0, facts: [...crossings.map(raise), ...facts] };
}

const raise = (finding: Finding): Fact => ({ kind: "raise", finding });

function findingsOf({ engine }: Workspace, { time: fix }: Fix, count: number): Finding[] {
  return Array.from({ length: count }, (_, i) => ({ ...engine.crossing(i), fix }));
}
