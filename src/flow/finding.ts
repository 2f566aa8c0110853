import type { EpochMs } from "#geo";
import type { Offset } from "#ports";
import { type Event, eventId, type EventIdentity } from "#wire";
import type { Device } from "./device.ts";

/** What a judgement found of a device, before it is told from other findings of its kind. */
export type Finding = Pick<
  Event,
  "type" | "fence" | "fenceVersion" | "watch" | "other" | "time" | "fix" | "lon" | "lat" | "reason"
>;

/** How an event came to be. */
export interface Origin {
  /** Place of the entry in the log. */
  readonly offset: Offset;
  /** Server time of the entry that shows it. */
  readonly at: EpochMs;
  /** Device time of the newest fix when it was found. */
  readonly shown: EpochMs;
  readonly imported: boolean;
  readonly late: boolean;
}

/** The device that something was found of; what is withdrawn is noted there. */
export type Who = Pick<Device, "workspace" | "id" | "generations">;

type Named = Pick<Event, "id" | "workspace" | "device">;

/** Most findings of a device whose withdrawals are remembered; the oldest are forgotten first. */
const REMEMBERED = 200;

/** The same for two findings that are the same fact, whatever their interpolated time. */
export function keyOf({ type, fence, fenceVersion, watch, other, fix }: Finding): string {
  return JSON.stringify([type, fence, fenceVersion, watch, other, fix]);
}

/** Makes an event of a finding; its generation tells how often the fact was withdrawn before. */
export function eventOf(device: Who, finding: Finding, origin: Origin): Event {
  const generation = device.generations?.[keyOf(finding)] ?? 0;
  const { at, shown, imported, late } = origin;
  return {
    id: eventId({ ...identityOf(device, finding), generation }),
    workspace: device.workspace,
    device: device.id,
    ...finding,
    detectedAt: at,
    ...(shown !== finding.fix && { shown }),
    ...(generation > 0 && { generation }),
    ...(late && { late }),
    ...(imported && { imported }),
  };
}

/** The event that takes another back; the device remembers it, so that the fact may become true again. */
export function withdrawalOf(device: Who, event: Event, origin: Origin): Event {
  const generation = (event.generation ?? 0) + 1;
  device.generations = remember(device.generations, keyOf(event), generation);
  return amendmentOf("withdrawn", event, origin, { withdraws: event.id });
}

/** The event that gives another the time, place and reason of `finding`. */
export function revisionOf(event: Event, finding: Finding, origin: Origin): Event {
  return amendmentOf("revised", { ...finding, ...named(event) }, origin, { revises: event.id });
}

const named = ({ id, workspace, device }: Event): Named => ({ id, workspace, device });

function amendmentOf(
  type: "withdrawn" | "revised",
  about: Finding & Named,
  { offset, at, shown, imported, late }: Origin,
  more: Pick<Event, "withdraws" | "revises">,
): Event {
  const { workspace, device, fence, fenceVersion, watch, other, time, fix, lon, lat, reason } = about;
  const finding: Finding = {
    type,
    ...(fence !== undefined && { fence }),
    ...(fenceVersion !== undefined && { fenceVersion }),
    ...(watch !== undefined && { watch }),
    ...(other !== undefined && { other }),
    time,
    fix,
    lon,
    lat,
    ...(reason !== undefined && { reason }),
  };
  // An event is withdrawn once at most, but may be revised by many entries, once by each.
  const generation = type === "withdrawn" ? 0 : offset;
  return {
    id: eventId({ workspace, device, ...finding, generation, about: about.id }),
    workspace,
    device,
    ...finding,
    detectedAt: at,
    ...(shown !== fix && { shown }),
    ...(late && { late }),
    ...(imported && { imported }),
    ...more,
  };
}

function identityOf(device: Who, finding: Finding): Omit<EventIdentity, "generation"> {
  return { workspace: device.workspace, device: device.id, ...finding };
}

function remember(
  generations: Readonly<Record<string, number>> | undefined,
  key: string,
  generation: number,
): Readonly<Record<string, number>> {
  const entries = Object.entries(generations ?? {}).filter(([known]) => known !== key);
  return Object.fromEntries([...entries.slice(1 - REMEMBERED), [key, generation]]);
}
