import { distance, type EpochMs, type Milliseconds } from "#geo";
import type { Events, Explain, FenceExplanation, History, PositionExplanation } from "#ports";
import { judgePosition, reportedOf, type TrackConfig, type TrackState } from "#track";
import type { DeviceId, Event, Fix, WorkspaceId } from "#wire";
import { crossFences } from "./cross-fences.ts";
import type { Fleet, Workspace } from "./fleet.ts";

/** What explaining works with. */
export interface ExplainParts {
  readonly history: History;
  readonly events: Events;
  readonly fleet: Fleet;
  readonly config: TrackConfig;
}

/** Judging begins so long before the position that is explained. */
const RUN_UP: Milliseconds = 1_800_000;
const MOST_FIXES = 20_000;
const MOST_EVENTS = 1_000;

/** Judges the half hour before a position once more, on a copy of the device, and says what each layer makes of it. */
export class Explainer implements Explain {
  readonly #parts: ExplainParts;

  constructor(parts: ExplainParts) {
    this.#parts = parts;
  }

  async position(
    workspace: WorkspaceId,
    device: DeviceId,
    time: EpochMs,
  ): Promise<PositionExplanation | undefined> {
    const { history, events, fleet, config } = this.#parts;
    const span = { workspace, device, from: time - RUN_UP, to: time };
    const fixes = await history.range({ ...span, limit: MOST_FIXES });
    const fix = fixes.at(-1);
    if (fix?.time !== time) return undefined;
    const page = await events.list({ ...span, limit: MOST_EVENTS, order: "newest" });
    const shown = page.events
      .map(({ event }) => event)
      .filter(({ type }) => type !== "withdrawn" && type !== "revised")
      .filter((event) => event.fix === time || event.shown === time);
    return explain(fleet.workspace(workspace), fix, fixes, { config, shown });
  }
}

function explain(
  workspace: Workspace,
  fix: Fix,
  fixes: readonly Fix[],
  { config, shown }: { readonly config: TrackConfig; readonly shown: readonly Event[] },
): PositionExplanation {
  const { engine } = workspace;
  const handle = engine.admit();
  let before: TrackState | undefined;
  let verdict: PositionExplanation["track"]["verdict"] = "live";
  let track: TrackState | undefined;
  try {
    for (const stored of fixes) {
      const position = reportedOf(stored);
      before = track;
      const judged = judgePosition(before, position, config);
      track = judged.state;
      verdict = judged.verdict;
      if (verdict !== "duplicate") crossFences(engine, handle, judged.fix, position.speed);
    }
    const fences = engine.explain(handle).map((one) => withEvent(workspace, one, shown));
    const impliedSpeed = before && speedBetween(before.fix, fix);
    const { maxSpeed } = config;
    return {
      fix,
      track: { verdict, maxSpeed, ...(impliedSpeed !== undefined && { impliedSpeed }) },
      fences,
    };
  } finally {
    engine.release(handle);
  }
}

function withEvent(
  { fences }: Workspace,
  verdict: ReturnType<Workspace["engine"]["explain"]>[number],
  shown: readonly Event[],
): FenceExplanation {
  const own = shown.filter(({ fence }) => fence === verdict.fence);
  const event = own.find(({ type }) => type === "enter" || type === "exit" || type === "cross") ?? own[0];
  const name = fences.get(verdict.fence)?.name ?? verdict.fence;
  return event === undefined
    ? { ...verdict, name }
    : { ...verdict, name, event: { type: event.type, id: event.id } };
}

function speedBetween(from: Fix, to: Fix): number | undefined {
  if (to.time <= from.time) return undefined;
  return (distance(from.lon, from.lat, to.lon, to.lat) * 1_000) / (to.time - from.time);
}
