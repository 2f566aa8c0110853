import type { EpochMs } from "#geo";
import type { Base, Commit, Reshown, Stretch } from "#ports";
import type { DeviceId, Event, Fix, WorkspaceId } from "#wire";

/** Results that the store may not have yet. */
export type Uncommitted = Pick<Commit, "fixes" | "events" | "bases" | "reshown" | "deletedDevices">;

/** Whose stretch, and before what its base has to lie. */
export interface StretchKey {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  readonly before: EpochMs;
}

/** The stretch of a device that nobody has heard of. */
export const nothingKnown: Stretch = { fixes: [], events: [] };

/** The newest base that is older than `before`; undefined where that is before the first fix. */
export function baseBefore(
  { earlier, later }: Pick<Stretch, "earlier" | "later">,
  before: EpochMs,
): Base | undefined {
  return later !== undefined && later.time < before ? later : earlier;
}

/**
 * The stretch of a device with what is not committed yet, or may not have been when it was read: reading what a part
 * holds a second time changes nothing. `parts` are in the order of the log.
 */
export function upToDate(
  stretch: Stretch,
  parts: readonly Uncommitted[],
  { workspace, device, before }: StretchKey,
): Stretch {
  let now = stretch;
  for (const part of parts) now = addPart(now, part, workspace, device);
  const from = baseBefore(now, before)?.time ?? Number.NEGATIVE_INFINITY;
  const fixes = now.fixes.filter(({ time }) => time > from).toSorted((a, b) => a.time - b.time);
  return { ...now, fixes, events: now.events.filter(({ shown, fix }) => (shown ?? fix) > from) };
}

function addPart(before: Stretch, part: Uncommitted, workspace: WorkspaceId, device: DeviceId): Stretch {
  const isOurs = (one: { readonly workspace: WorkspaceId; readonly device: DeviceId }): boolean =>
    one.workspace === workspace && one.device === device;
  // What the part holds of the device came after its deletion.
  const { earlier, later, ...rest } = part.deletedDevices.some(isOurs) ? { fixes: [], events: [] } : before;
  const fixes = addFixes(
    rest.fixes,
    part.fixes.filter((one) => one.workspace === workspace && one.fix.device === device),
  );
  const events = part.reshown
    .filter(isOurs)
    .reduce(reshow, part.events.filter(isOurs).reduce(addEvent, rest.events));
  const bases = part.bases
    .filter(isOurs)
    .reduce(addBase, { ...(earlier && { earlier }), ...(later && { later }) });
  return { ...bases, fixes, events };
}

function addFixes(known: readonly Fix[], added: readonly { readonly fix: Fix }[]): readonly Fix[] {
  if (added.length === 0) return known;
  const times = new Set(known.map(({ time }) => time));
  return [...known, ...added.map(({ fix }) => fix).filter(({ time }) => !times.has(time))];
}

/** An event that withdraws or revises another changes that one. */
function addEvent(events: readonly Event[], event: Event): readonly Event[] {
  const { withdraws, revises, detectedAt: withdrawnAt } = event;
  const amended = events.map((one) => {
    if (one.id === withdraws) return { ...one, withdrawnAt };
    return one.id === revises ? revised(one, event) : one;
  });
  return amended.some(({ id }) => id === event.id) ? amended : [...amended, event];
}

const reshow = (events: readonly Event[], { event: id, shown }: Reshown): readonly Event[] =>
  events.map((event) => (event.id === id ? Object.assign({}, event, { shown }) : event));

function revised(before: Event, { time, lon, lat, reason }: Event): Event {
  const { reason: _, ...event } = before;
  return { ...event, time, lon, lat, ...(reason !== undefined && { reason }) };
}

interface Bases {
  readonly earlier?: Base;
  readonly later?: Base;
}

function addBase({ later, ...rest }: Bases, { base, reset }: Commit["bases"][number]): Bases {
  if (reset) return { earlier: base, later: base };
  if (later === undefined) return { ...rest, later: base };
  if (later.time === base.time) return { ...rest, later: base };
  return later.time < base.time ? { earlier: later, later: base } : { ...rest, later };
}
