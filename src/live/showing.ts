import type { News, OpenShare } from "#ports";
import {
  areaFence,
  namedDevices,
  type Prepared,
  prepareVeil,
  reachOf,
  type ShownFix,
  type Veil,
  Waiting,
} from "#share";
import type { DeviceId, DeviceStatus, Fix } from "#wire";
import { readLate } from "./late.ts";
import type { Message } from "./message.ts";
import { hear, type Hearing, tell, vanished } from "./news.ts";
import { namesMessage, sharedName, type SharingPorts } from "./sharing.ts";

/** Devices that one link shows, and of one whose positions have to be read first: of a delayed link, or a trip. */
const [MOST_SHOWN, MOST_LATE] = [10_000, 1_000];
/** Positions of a delayed link that wait: in all, and the least and most of one device. */
const [MOST_WAITING, LEAST_EACH, MOST_EACH] = [20_000, 16, 1_024];
/** Milliseconds between two looks at what has become old enough. */
const LOOK_EVERY = 1_000;
/** Histories that are read at once. */
const READ_AT_ONCE = 2;

/** A device that a link is about. */
interface Seen {
  readonly alias: string;
  /** It is on the map of the link. */
  shown: boolean;
  /** Its history is being read, or will be. */
  reading: boolean;
  /** Positions that are not old enough; absent where every position is shown at once. */
  readonly waiting: Waiting | undefined;
}

/**
 * What one share link shows now, kept in a field of its own: in it are other names, other places and other times, and
 * nothing else, so that whatever is asked of it (a small box, a far zoom, a snapshot, who is gone) can only tell of these.
 */
export class Showing {
  readonly #ports: SharingPorts;
  readonly #hearing: Hearing;
  #open: OpenShare;
  #reach: (of: DeviceStatus) => boolean;
  /** Absent while it is found out what may be shown: nothing is, then. */
  #veil: Veil | undefined;
  #follows: ReadonlySet<string>;
  readonly #devices: Map<DeviceId, Seen> = new Map();
  readonly #byAlias: Map<string, DeviceId> = new Map();
  /** Devices whose names are to be told. */
  readonly #fresh: Set<DeviceId> = new Set();
  /** Devices whose history is to be read. */
  readonly #toRead: Set<DeviceId> = new Set();
  #reading = 0;
  /** Of the last beginning; what an older one has read does not count any more. */
  #version = 0;
  #cancelLook: (() => void) | undefined;

  constructor(open: OpenShare, ports: SharingPorts, hearing: Hearing) {
    this.#ports = ports;
    this.#hearing = hearing;
    this.#open = open;
    this.#reach = reachOf(open.share.what, open.groups);
    const area = areaFence(open.share);
    this.#follows = new Set(area === undefined ? [] : [area]);
    this.#begin();
  }

  /** The device that is shown under this alias. */
  deviceOf(alias: string): DeviceId | undefined {
    return this.#byAlias.get(alias);
  }

  /** The link has changed, or what its maker may see has: everything is judged anew. */
  change(open: OpenShare): void {
    this.#open = open;
    this.#reach = reachOf(open.share.what, open.groups);
    this.#begin();
  }

  /** Takes everything off the map, and shows nothing from now on. */
  clear(): void {
    this.#version++;
    this.#veil = undefined;
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    this.#toRead.clear();
    for (const device of this.#devices.keys()) this.#forget(device);
  }

  /** News of the workspace. */
  hear(news: News): void {
    if (news.kind === "moved") for (const status of news.devices) this.#look(status);
    else if (news.kind === "device-deleted") this.#forget(news.device);
    else if (news.kind === "device-described") this.#renamed(news.device);
    else if (news.kind === "fence-put" && (news.fence.home === true || this.#follows.has(news.fence.id))) {
      this.#begin();
    } else if (news.kind === "fence-deleted" && this.#follows.has(news.fence)) this.#begin();
    this.#tellNames();
  }

  /** The names of everything that is shown, for one who comes. */
  names(): Message {
    return this.#namesOf(this.#byAlias.values());
  }

  #begin(): void {
    this.clear();
    void this.#prepare(this.#version);
  }

  async #prepare(version: number): Promise<void> {
    const { fences, logger } = this.#ports;
    try {
      const prepared = await prepareVeil(this.#open, fences);
      if (version === this.#version) this.#start(prepared);
    } catch (err) {
      logger?.error({ err, share: this.#open.share.id }, "a share link shows nothing: it could not be read");
    }
  }

  #start({ veil, follows }: Prepared): void {
    const { workspace, what } = this.#open.share;
    const { latest } = this.#ports;
    this.#veil = veil;
    this.#follows = follows;
    const named = namedDevices(what)?.flatMap((id) => latest.get(workspace, id) ?? []);
    for (const status of named ?? latest.all(workspace)) this.#look(status);
    this.#tellNames();
    if (veil.delay > 0) this.#lookLater();
  }

  /** A device as it is now: it may have moved, or have come into or out of the groups that are shown. */
  #look(status: DeviceStatus): void {
    const { device, fix } = status;
    const veil = this.#veil;
    if (veil === undefined) return;
    if (!this.#reach(status)) this.#forget(device);
    else if (fix === undefined || fix.time < veil.from) return;
    else if (veil.delay > 0) this.#await(device, fix, veil);
    else if (fix.time <= veil.to) this.#put(device, veil.show(fix));
    // It has gone on after the span that is shown: what it did last before that stands in its history.
    else if (!this.#devices.has(device)) this.#read(device, veil);
  }

  /** A position that is shown only once it is old enough. */
  #await(device: DeviceId, fix: Fix, veil: Veil): void {
    const known = this.#devices.get(device);
    // Of an area only those wait that come into it, or have been there.
    if (known === undefined && veil.show(fix) === undefined && areaOnly(this.#open)) return;
    // What stands still since long enough needs no look into its history.
    const isOld = fix.time <= veil.newestAt(this.#ports.clock.now());
    const seen = known ?? (isOld ? this.#seen(device, MOST_LATE, veil) : this.#read(device, veil));
    if (seen?.waiting === undefined || fix.time > veil.to) return;
    seen.waiting.push(fix);
    if (known === undefined && isOld) this.#release(device, seen.waiting, veil);
  }

  #seen(device: DeviceId, most: number, veil: Veil): Seen | undefined {
    const known = this.#devices.get(device);
    if (known !== undefined || this.#devices.size >= most) return known;
    const waiting = veil.delay > 0 ? this.#queue(veil.delay) : undefined;
    const seen: Seen = { alias: this.#open.alias(device), shown: false, reading: false, waiting };
    this.#devices.set(device, seen);
    return seen;
  }

  #queue(delay: number): Waiting {
    const devices = namedDevices(this.#open.share.what)?.length ?? MOST_LATE;
    const each = Math.max(LEAST_EACH, Math.min(MOST_EACH, Math.floor(MOST_WAITING / devices)));
    return new Waiting(delay / each, 2 * each);
  }

  /** Shows a device at a place, or not at all. */
  #put(device: DeviceId, shown: ShownFix | undefined): void {
    const veil = this.#veil;
    if (veil === undefined) return;
    if (shown === undefined) return this.#leave(device, veil);
    const seen = this.#seen(device, MOST_SHOWN, veil);
    if (seen === undefined) return;
    const { alias } = seen;
    if (!seen.shown) {
      seen.shown = true;
      this.#byAlias.set(alias, device);
      this.#fresh.add(device);
    }
    const { workspace } = this.#hearing.field;
    const status = { workspace, device: alias, fix: { device: alias, ...shown }, inside: [] };
    hear({ kind: "moved", workspace, devices: [status] }, this.#hearing);
  }

  /** Nothing is shown of a device at present. One whose next positions need what is known of it is kept in mind. */
  #leave(device: DeviceId, veil: Veil): void {
    if (veil.delay > 0 || namedDevices(this.#open.share.what)) this.#hide(device);
    else this.#forget(device);
  }

  #hide(device: DeviceId): void {
    const seen = this.#devices.get(device);
    if (seen?.shown !== true) return;
    seen.shown = false;
    this.#byAlias.delete(seen.alias);
    this.#fresh.delete(device);
    vanished(seen.alias, this.#hearing);
  }

  #forget(device: DeviceId): void {
    this.#hide(device);
    this.#devices.delete(device);
    this.#toRead.delete(device);
  }

  /** Has the history of a device read; answers where its positions wait meanwhile. */
  #read(device: DeviceId, veil: Veil): Seen | undefined {
    const seen = this.#seen(device, MOST_LATE, veil);
    if (seen === undefined) return undefined;
    seen.reading = true;
    this.#toRead.add(device);
    this.#readOn(veil);
    return seen;
  }

  #readOn(veil: Veil): void {
    const [device] = this.#toRead;
    if (device === undefined || this.#reading >= READ_AT_ONCE) return;
    this.#toRead.delete(device);
    this.#reading++;
    void this.#readPast(device, veil);
    this.#readOn(veil);
  }

  async #readPast(device: DeviceId, veil: Veil): Promise<void> {
    const { history, clock, logger } = this.#ports;
    const { workspace, id: share } = this.#open.share;
    try {
      const fixes = await readLate(history, { workspace, device, veil, now: clock.now() });
      if (veil === this.#veil) this.#take(device, fixes, veil);
    } catch (err) {
      logger?.error({ err, share, device }, "the past of a shared device could not be read");
    }
    this.#reading--;
    if (this.#veil) this.#readOn(this.#veil);
  }

  /** What was read of a device that is still looked at. */
  #take(device: DeviceId, fixes: readonly Fix[], veil: Veil): void {
    const seen = this.#devices.get(device);
    if (seen === undefined) return;
    seen.reading = false;
    if (seen.waiting) {
      seen.waiting.begin(fixes);
      this.#release(device, seen.waiting, veil);
    } else this.#put(device, fixes[0] && veil.show(fixes[0]));
    this.#tellNames();
  }

  #release(device: DeviceId, waiting: Waiting, veil: Veil): void {
    const due = waiting.due(veil.newestAt(this.#ports.clock.now()));
    if (due) this.#put(device, veil.show(due));
  }

  #lookLater(): void {
    this.#cancelLook = this.#ports.clock.after(LOOK_EVERY, () => {
      const veil = this.#veil;
      if (veil === undefined) return;
      for (const [device, seen] of this.#devices) {
        if (seen.waiting) this.#release(device, seen.waiting, veil);
        const isIdle = !seen.shown && !seen.reading && seen.waiting?.size === 0;
        if (isIdle && areaOnly(this.#open)) this.#devices.delete(device);
      }
      this.#tellNames();
      this.#lookLater();
    });
  }

  #renamed(device: DeviceId): void {
    if (this.#devices.get(device)?.shown === true) this.#fresh.add(device);
  }

  #tellNames(): void {
    if (this.#fresh.size === 0) return;
    const message = this.#namesOf(this.#fresh);
    this.#fresh.clear();
    tell({ message }, this.#hearing);
  }

  #namesOf(devices: Iterable<DeviceId>): Message {
    const { workspace } = this.#open.share;
    const { nameOf } = this.#ports;
    return namesMessage(
      Array.from(devices, (device) => sharedName(this.#open.alias(device), nameOf(workspace, device))),
    );
  }
}

/** Does a place decide what is shown? Then most devices of the workspace have nothing to do with it. */
const areaOnly = ({ share: { what } }: OpenShare): boolean => "area" in what;
