import { judgePosition, type TrackConfig, type Verdict } from "#track";
import type { Fix, Position } from "#wire";
import type { Device } from "./device.ts";
import { crossFences } from "./cross-fences.ts";
import type { Finding } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import type { Fact } from "./fact-finding.ts";
import { watchStep } from "./watched.ts";

/** What is judged: a device, or a copy of it that goes through its past again. */
export type Subject = Pick<Device, "id" | "groups" | "plan" | "handle" | "track" | "watched">;

/** What became of a position that is newer than all before. */
export interface JudgedFix {
  readonly verdict: Verdict;
  readonly fix: Fix;
  /** Did memberships change? */
  readonly crossed: boolean;
  readonly facts: readonly Fact[];
}

const noFacts: readonly Fact[] = [];

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
  const crossings = crossFences(workspace.engine, subject.handle, fix, position.speed);
  const crossed = crossings.length > 0;
  const isWatched =
    subject.watched !== undefined || workspace.watches.size > 0 || (crossed && workspace.dwelling > 0);
  if (!isWatched) return { verdict, fix, crossed, facts: crossed ? crossings.map(raise) : noFacts };
  const { watched, facts } = watchStep(workspace, subject, { fix, before, after: state, crossings });
  subject.watched = watched;
  return { verdict, fix, crossed, facts: [...crossings.map(raise), ...facts] };
}

const raise = (finding: Finding): Fact => ({ kind: "raise", finding });
