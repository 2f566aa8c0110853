import { eventRow, type EventRow } from "#pages";
import type { Definitions, Devices, Events, Fences } from "#ports";
import type { Event, WorkspaceId } from "#wire";

/** Where names are looked up. */
export interface EventRowPorts {
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly events: Events;
}

/** Things by id, each looked up once; those that are not there are not in it. */
export async function lookUp<Thing>(
  ids: readonly (string | undefined)[],
  find: (id: string) => Promise<Thing | undefined>,
): Promise<ReadonlyMap<string, Thing>> {
  const unique = [...new Set(ids)].filter((id) => id !== undefined);
  const found = await Promise.all(unique.map(find));
  const map = new Map<string, Thing>();
  for (const [index, thing] of found.entries()) {
    const id = unique[index];
    if (id !== undefined && thing !== undefined) map.set(id, thing);
  }
  return map;
}

/** Joins events with the names of what they are about, for the few that are on a page. */
export class EventRows {
  readonly #ports: EventRowPorts;

  constructor(ports: EventRowPorts) {
    this.#ports = ports;
  }

  /** In the order given. */
  async of(workspace: WorkspaceId, events: readonly Event[]): Promise<readonly EventRow[]> {
    const { devices, fences, definitions, events: feed } = this.#ports;
    const [device, fence, watch, about] = await Promise.all([
      lookUp(
        events.flatMap((event) => [event.device, event.other]),
        (id) => devices.get(workspace, id),
      ),
      lookUp(
        events.map((event) => event.fence),
        (id) => fences.get(workspace, id),
      ),
      lookUp(
        events.map((event) => event.watch),
        (id) => definitions.get("watch", workspace, id),
      ),
      lookUp(events.map(aboutOf), (id) => feed.get(workspace, id)),
    ]);
    return events.map((event) => {
      const place = event.fence === undefined ? undefined : fence.get(event.fence);
      return eventRow(event, {
        device: device.get(event.device)?.name,
        fence: place?.name,
        other: event.other === undefined ? undefined : device.get(event.other)?.name,
        watch: event.watch === undefined ? undefined : watch.get(event.watch)?.name,
        about: about.get(aboutOf(event) ?? "")?.type,
        // What a later version says need not have been so then.
        dwellSeconds: place?.version === event.fenceVersion ? place?.dwellSeconds : undefined,
      });
    });
  }
}

/** The event that this one withdraws or revises. */
const aboutOf = ({ withdraws, revises }: Event): string | undefined => withdraws ?? revises;
