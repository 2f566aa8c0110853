import { createFenceEngine } from "#fence";
import type { EpochMs, Milliseconds } from "#geo";
import type { Events, History } from "#ports";
import { judgePosition, reportedOf, type TrackConfig, type TrackState } from "#track";
import type { DeviceId, Event, Fence, Fix } from "#wire";
import { crossFences } from "./cross-fences.ts";
import { eventOf, type Finding, keyOf, type Origin, withdrawalOf } from "./finding.ts";

/** What a device's past is judged again with. */
export interface RecomputeParts {
  readonly history: History;
  readonly events: Events;
  readonly config: TrackConfig;
  readonly fence: Fence;
  /** Events from here on count. */
  readonly from: EpochMs;
  /** Asked after each page: whether to go on. */
  readonly goesOn: () => boolean;
}

/** What has to change so that the events of a device and a fence are those that the fence of today gives. */
export interface Changes {
  readonly fixes: number;
  /** New events and withdrawals; `detectedAt` is set when they are logged. */
  readonly events: readonly Event[];
}

/** So long before `from` judging begins, so that what began before is known. */
const RUN_UP: Milliseconds = 3_600_000;
const PAGE = 5_000;
const EVENTS = 1_000;

/** Judges the fixes of a device again, with one fence, and compares with the events that stand. Undefined when stopped. */
export async function recomputeDevice(device: DeviceId, parts: RecomputeParts): Promise<Changes | undefined> {
  const found = new Map<string, Found>();
  const engine = createFenceEngine();
  engine.put(parts.fence);
  const handle = engine.admit();
  let track: TrackState | undefined;
  let fixes = 0;
  for await (const page of pages(device, parts)) {
    if (!parts.goesOn()) return undefined;
    fixes += page.length;
    for (const position of page.map(reportedOf)) {
      const judged = judgePosition(track, position, parts.config);
      track = judged.state;
      if (judged.verdict === "duplicate") continue;
      for (const finding of crossFences(engine, handle, judged.fix, position.speed)) {
        if (finding.time >= parts.from) found.set(factOf(finding), { finding, shown: judged.fix.time });
      }
    }
  }
  const newest = track?.newest ?? parts.from;
  return { fixes, events: compare(device, parts, found, await standing(device, parts, newest), newest) };
}

interface Found {
  readonly finding: Finding;
  readonly shown: EpochMs;
}

/** The same fact, whichever version of the fence judged it. */
const factOf = ({ type, fix }: Pick<Finding, "type" | "fix">): string => `${type} ${fix}`;

async function* pages(
  device: DeviceId,
  { history, fence, from }: RecomputeParts,
): AsyncGenerator<readonly Fix[]> {
  const { workspace } = fence;
  let next = from - RUN_UP;
  for (;;) {
    const page = await history.range({
      workspace,
      device,
      from: next,
      to: Number.MAX_SAFE_INTEGER,
      limit: PAGE,
    });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    next = last.time + 1e-3;
  }
}

/** The fence's events of the device in the span, those that were withdrawn included. */
async function standing(
  device: DeviceId,
  { events, fence: { workspace, id: fence }, from }: RecomputeParts,
  to: EpochMs,
): Promise<Event[]> {
  const all: Event[] = [];
  for (let after = 0; ;) {
    const page = await events.list({
      workspace,
      device,
      fence,
      from,
      to,
      after,
      types: ["enter", "exit", "cross"],
      limit: EVENTS,
    });
    all.push(...page.events.map(({ event }) => event));
    if (!page.more) return all;
    after = page.end;
  }
}

function compare(
  device: DeviceId,
  { fence }: RecomputeParts,
  found: ReadonlyMap<string, Found>,
  known: readonly Event[],
  newest: EpochMs,
): Event[] {
  const origin = (shown: EpochMs): Origin => ({ offset: 0, at: 0, shown, imported: false, late: true });
  const who = { workspace: fence.workspace, id: device, generations: generationsOf(known) };
  const stands = known.filter(({ withdrawnAt }) => withdrawnAt === undefined);
  const facts = new Set(stands.map(factOf));
  const gone = stands.filter((event) => !found.has(factOf(event)));
  const fresh = [...found].filter(([fact]) => !facts.has(fact));
  return [
    ...gone.map((event) => withdrawalOf(who, event, origin(newest))),
    ...fresh.map(([, { finding, shown }]) => eventOf(who, finding, origin(shown))),
  ];
}

/** How often each fact was withdrawn before. */
function generationsOf(known: readonly Event[]): Record<string, number> {
  const generations: Record<string, number> = {};
  for (const event of known) {
    const key = keyOf(event);
    if (event.withdrawnAt === undefined) continue;
    generations[key] = Math.max(generations[key] ?? 0, (event.generation ?? 0) + 1);
  }
  return generations;
}
