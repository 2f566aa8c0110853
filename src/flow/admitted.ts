import type { EpochMs } from "#geo";
import type { DeviceId, Position, WorkspaceId } from "#wire";
import type { Flight } from "./flight.ts";
import { UnderWay } from "./under-way.ts";

/** Device times that were let into the log, as far as later admissions need them. */
export interface Admitted {
  /** Newest time let in, or stored earlier; -Infinity before the first. */
  newest: EpochMs;
  /** Newest time that a commit holds; what is not newer may be in the history. */
  committed: EpochMs;
  /** Is the device on disk, in the log or the store? False while its first position is on the way there. */
  known: boolean;
  /** Times let in and not committed yet; the history does not know them. */
  readonly pending: UnderWay;
}

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Remembers, for each device, what was let in. Bounded by the number of devices and by what the log and the next
 * commit may hold.
 */
export class AdmittedTimes {
  readonly #workspaces: Map<WorkspaceId, Map<DeviceId, Admitted>> = new Map();

  get(workspace: WorkspaceId, device: DeviceId): Admitted | undefined {
    return this.#workspaces.get(workspace)?.get(device);
  }

  /** The devices of a workspace, for whoever looks up many. To be read only. */
  devices(workspace: WorkspaceId): Map<DeviceId, Admitted> {
    let devices = this.#workspaces.get(workspace);
    if (devices === undefined) this.#workspaces.set(workspace, (devices = new Map()));
    return devices;
  }

  /** A device that the store holds, with its newest time if it ever reported. */
  restore(workspace: WorkspaceId, device: DeviceId, newest: EpochMs = NEVER): void {
    const admitted = this.#of(workspace, device);
    admitted.known = true;
    if (newest > admitted.committed) admitted.committed = newest;
    if (newest > admitted.newest) admitted.newest = newest;
  }

  /** Lets in a time that is neither pending nor stored. */
  let(workspace: WorkspaceId, { device, time }: Position, flight: Flight): void {
    letIn(this.#of(workspace, device), time, flight);
  }

  /** The first position of the device is on disk. */
  know(workspace: WorkspaceId, device: DeviceId): void {
    const admitted = this.get(workspace, device);
    if (admitted !== undefined) admitted.known = true;
  }

  /** The log refused them: the same positions may be let in again. */
  takeBack(workspace: WorkspaceId, positions: readonly Position[]): void {
    const shaken = new Map<DeviceId, Admitted>();
    for (const { device, time } of positions) {
      const admitted = this.get(workspace, device);
      if (admitted?.pending.delete(time) && time === admitted.newest) shaken.set(device, admitted);
    }
    for (const [device, admitted] of shaken) {
      admitted.newest = admitted.pending.newest(admitted.committed);
      if (!admitted.known && admitted.newest === NEVER) this.devices(workspace).delete(device);
    }
  }

  /** A commit holds the position: the history knows it from now on. */
  commit(workspace: WorkspaceId, { device, time }: Position): void {
    const admitted = this.#of(workspace, device);
    admitted.known = true;
    admitted.pending.delete(time);
    if (time > admitted.committed) admitted.committed = time;
    if (time > admitted.newest) admitted.newest = time;
  }

  /** The device and its history are gone; what was let in since is still under way. */
  forget(workspace: WorkspaceId, device: DeviceId): void {
    const admitted = this.get(workspace, device);
    if (admitted === undefined) return;
    admitted.committed = NEVER;
    admitted.known = admitted.pending.isDurable;
    admitted.newest = admitted.pending.newest(admitted.committed);
    if (admitted.newest === NEVER) this.devices(workspace).delete(device);
  }

  #of(workspace: WorkspaceId, device: DeviceId): Admitted {
    const devices = this.devices(workspace);
    let admitted = devices.get(device);
    if (admitted === undefined) {
      admitted = { newest: NEVER, committed: NEVER, known: false, pending: new UnderWay() };
      devices.set(device, admitted);
    }
    return admitted;
  }
}

/** Lets a time into what was looked up already. */
export function letIn(admitted: Admitted, time: EpochMs, flight: Flight): void {
  if (time > admitted.newest) admitted.newest = time;
  admitted.pending.add(time, flight);
}
