import { type DeviceStatus, type Event, type Fix, isInSomeGroup } from "#wire";
import { type Box, holds, widthOf } from "../box.ts";
import { levelFor } from "../cells.ts";
import type { Watch } from "../watch.ts";
import type { Picture, Spot } from "./picture.ts";
import { type World, WORKSPACE } from "./world.ts";

/** What somebody is limited to; undefined: nothing. */
export type Groups = readonly string[] | undefined;

/** What is true of the world, and what of it a viewer may know, found by looking at everything. */
export class Truth {
  readonly world: World;
  /** All that ever happened, by sequence number. */
  readonly events: Map<number, Event> = new Map();
  /** What deleted devices were in. */
  readonly #ghosts: Map<string, readonly string[]> = new Map();
  /** Those of them that the server of now has seen deleted. */
  readonly #remembered: Set<string> = new Set();

  constructor(world: World) {
    this.world = world;
  }

  groupsOf(device: string): readonly string[] {
    const status = this.world.devices.get(device);
    return (status ? status.groups : this.#ghosts.get(device)) ?? [];
  }

  /** May somebody see a device, or have seen one that is deleted? */
  sees(groups: Groups, device: string): boolean {
    return groups === undefined || isInSomeGroup(this.groupsOf(device), groups);
  }

  mayHear(groups: Groups, { device, other }: Event): boolean {
    return this.sees(groups, device) && (other === undefined || this.sees(groups, other));
  }

  /** Must somebody hear of an event, as far as the server can know its devices? */
  concerns(groups: Groups, event: Event): boolean {
    if (groups === undefined) return true;
    const isKnown = (device: string): boolean =>
      this.world.devices.has(device) || this.#remembered.has(device);
    const { device, other } = event;
    return this.mayHear(groups, event) && isKnown(device) && (other === undefined || isKnown(other));
  }

  /** A device is about to be deleted; `watched`: the server has viewers, and will remember what it was in. */
  deleting(device: string, watched: boolean): void {
    this.#ghosts.set(device, this.groupsOf(device));
    if (watched) this.#remembered.add(device);
    else this.#remembered.delete(device);
  }

  /** Another server knows no deleted devices. */
  restarted(): void {
    this.#remembered.clear();
  }

  isVisible(groups: Groups, box: Box, { device, fix, workspace }: DeviceStatus): boolean {
    return (
      fix !== undefined &&
      workspace === WORKSPACE &&
      holds(box, fix.lon, fix.lat) &&
      this.sees(groups, device)
    );
  }

  visible(groups: Groups, box: Box): DeviceStatus[] {
    return [...this.world.devices.values()].filter((status) => this.isVisible(groups, box, status));
  }

  /** What is wrong with showing a device so; undefined for nothing. */
  flaw(groups: Groups, watch: Watch, device: string, spot: Spot): string | undefined {
    const fix = this.world.devices.get(device)?.fix;
    if (!fix) return `${device} is shown, which is not there`;
    if (!this.sees(groups, device)) return `[LA4] ${device} is shown, which may not be seen`;
    if (!isSame(fix, spot, watch))
      return `${device} is shown as ${JSON.stringify(spot)}, it is ${JSON.stringify(fix)}`;
    const { box, format } = watch;
    if (holds(box, fix.lon, fix.lat) || (format === "binary" && isNear(box, fix, edgeOf(box))))
      return undefined;
    return `${device} is shown at ${fix.lon},${fix.lat}, far from ${JSON.stringify(watch.box)}`;
  }

  /** What is wrong with all that a viewer was told, now that nothing waits. */
  flaws(groups: Groups, watch: Watch, picture: Picture): string[] {
    const { shown, cut } = picture;
    const found: string[] = [];
    for (const [device, spot] of shown) {
      const flaw = this.flaw(groups, watch, device, spot);
      if (flaw !== undefined) found.push(flaw);
    }
    const missing = this.visible(groups, watch.box).filter(({ device }) => !shown.has(device));
    if (watch.format === "json") {
      if (missing.length > cut) found.push(`${name(missing)} are not shown, ${cut} were cut`);
      return found;
    }
    const crowds = picture.reader.crowds();
    const lost = missing.filter(({ fix }) => !crowds.some((crowd) => isIn(crowd, fix!)));
    if (lost.length > 0) found.push(`${name(lost)} are not shown`);
    for (const crowd of crowds) {
      const all = [...this.world.devices.values()].filter(
        ({ device, fix }) => fix && isIn(crowd, fix) && this.sees(groups, device),
      );
      const sent = [...shown.values()].filter((spot) => isIn(crowd, spot)).length;
      if (sent + crowd.hidden !== all.length) {
        found.push(`[LF5] ${sent} shown and ${crowd.hidden} counted of ${all.length}`);
      }
    }
    return found;
  }
}

const name = (devices: readonly DeviceStatus[]): string => devices.map(({ device }) => device).join(", ");

/** Is a place in a crowded cell? The last row and column hold the edge of the globe. */
function isIn(
  { west, south, size }: { readonly west: number; readonly south: number; readonly size: number },
  { lon, lat }: Pick<Fix, "lon" | "lat">,
): boolean {
  const isBetween = (value: number, from: number, last: number): boolean =>
    value >= from && (value < from + size || (value === last && from + size === last));
  return isBetween(lon, west, 180) && isBetween(lat, south, 90);
}

/** [LF1] A cell is at most so large for a view, in degrees. */
const edgeOf = (box: Box): number => 360 / 2 ** Math.min(16, levelFor(box) + 3);

/** Half a step of a binary position, as rules LF6 and FP2 bound it. */
function halfStep({ box, zoom }: Watch): number {
  const level = Math.min(16, levelFor(box) + 3);
  return Math.max(360 / 2 ** (12 + (zoom ?? level - 2)), 360 / 2 ** (level + 24)) / 2 + 1e-7;
}

function isSame(fix: Fix, spot: Spot, watch: Watch): boolean {
  const binary = watch.format === "binary";
  const [place, speed, course] = binary ? [halfStep(watch), 0.0501, 0.71] : [0, 0.000501, 0.000501];
  const far = Math.abs(fix.lon - spot.lon);
  return (
    fix.time === spot.time &&
    Math.min(far, 360 - far) <= place &&
    Math.abs(fix.lat - spot.lat) <= place &&
    isClose(fix.speed, spot.speed, speed) &&
    isClose(fix.course, spot.course, course, 360)
  );
}

function isClose(a: number | undefined, b: number | undefined, by: number, turn = Infinity): boolean {
  if (a === undefined || b === undefined) return a === b;
  const off = Math.abs(a - b);
  return Math.min(off, turn - off) <= by;
}

/** Does a box hold a place, or is it no farther than `by` degrees? */
export function isNear(box: Box, { lon, lat }: Pick<Fix, "lon" | "lat">, by: number): boolean {
  if (lat < box.south - by || lat > box.north + by) return false;
  if (widthOf(box) + 2 * by >= 360) return true;
  const east = (((lon - box.west) % 360) + 360) % 360;
  return east <= widthOf(box) + by || east >= 360 - by;
}
