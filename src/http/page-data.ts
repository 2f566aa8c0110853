import type { DeviceRow, DeviceView, EventRow, FenceRow } from "#pages";
import type { Clock, EventQuery, Latest } from "#ports";
import type { BBox } from "#geo";
import type { DeviceId, WorkspaceId } from "#wire";
import { EventRows, lookUp, type EventRowPorts } from "./event-rows.ts";

/** Ports that the pages read from. */
export interface PagePorts extends EventRowPorts {
  readonly latest: Latest;
  readonly clock: Clock;
}

/** Rows of the lists at the first paint. */
const [mostDevices, mostFences, panelEvents] = [100, 300, 12];

/** Gathers what the pages show; names are looked up for the few things on the page, never for all. */
export class PageData {
  readonly #ports: PagePorts;
  readonly #rows: EventRows;

  constructor(ports: PagePorts) {
    this.#ports = ports;
    this.#rows = new EventRows(ports);
  }

  /** The first devices by id. */
  async devices(workspace: WorkspaceId): Promise<DeviceRow[]> {
    const devices = await this.#ports.devices.list(workspace, { limit: mostDevices });
    return devices.map(({ name, icon, status: { device: id, fix } }) => ({
      id,
      name,
      icon,
      time: fix?.time,
      speed: fix?.speed,
      course: fix?.course,
    }));
  }

  /** The box around all devices; undefined when there are none, or they are all over the world. */
  extent(workspace: WorkspaceId): BBox | undefined {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { fix } of this.#ports.latest.all(workspace)) {
      if (fix === undefined) continue;
      [west, east] = [Math.min(west, fix.lon), Math.max(east, fix.lon)];
      [south, north] = [Math.min(south, fix.lat), Math.max(north, fix.lat)];
    }
    return east - west >= 0 && east - west < 180 ? [west, south, east, north] : undefined;
  }

  /** The first fences by id. */
  async fences(workspace: WorkspaceId): Promise<FenceRow[]> {
    const fences = await this.#ports.fences.list(workspace, { limit: mostFences });
    return fences.map(({ id, name, geometry }) => ({ id, name, shape: geometry.type }));
  }

  /** The newest events, newest first; of one device when it is given. */
  async events(workspace: WorkspaceId, limit: number, device?: DeviceId): Promise<readonly EventRow[]> {
    const query: EventQuery = { workspace, limit, order: "newest", ...(device !== undefined && { device }) };
    const { events } = await this.#ports.events.list(query);
    return await this.#rows.of(
      workspace,
      events.map(({ event }) => event),
    );
  }

  /** Everything in the panel of one device; undefined when there is no such device. */
  async device(workspace: WorkspaceId, id: DeviceId, editable: boolean): Promise<DeviceView | undefined> {
    const device = await this.#ports.devices.get(workspace, id);
    if (device === undefined) return undefined;
    // The live state may be newer than the stored one.
    const status = this.#ports.latest.get(workspace, id) ?? device.status;
    const [events, inside] = await Promise.all([
      this.events(workspace, panelEvents, id),
      lookUp(status.inside, (fence) => this.#ports.fences.get(workspace, fence)),
    ]);
    return {
      device: { ...device, status },
      events,
      inside: status.inside.map((fence) => inside.get(fence)?.name || fence),
      editable,
    };
  }
}
