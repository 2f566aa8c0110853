import { type DeviceId, type Fix, gridOf } from "#wire";
import type { GroupSet } from "./audience.ts";
import { type Box, holds } from "./box.ts";
import { cellAt, cellsOf, countCells } from "./cells.ts";
import { Entry } from "./entry.ts";

/** Cells of about 10 km: a city is a few of them, and only cells that hold a device exist. */
const LEVEL = 12;
/** Degrees; more than arithmetic can be off by. */
const EDGE = 1e-9;

/** The newest position of every device of a workspace, found by id or by place. */
export class Places {
  readonly #devices = new Map<DeviceId, Entry>();
  readonly #cells = new Map<number, Set<Entry>>();

  get size(): number {
    return this.#devices.size;
  }

  get(device: DeviceId): Entry | undefined {
    return this.#devices.get(device);
  }

  /** Moves, regroups or adds a device; undefined when nothing that viewers see has changed. */
  put(fix: Fix, groups: GroupSet): Entry | undefined {
    let entry = this.#devices.get(fix.device);
    if (!entry) {
      entry = new Entry(fix, groups);
      this.#devices.set(fix.device, entry);
    } else {
      const regrouped = entry.groups !== groups;
      entry.groups = groups;
      if (!entry.move(fix)) return regrouped ? entry : undefined;
    }
    const cell = cellAt(LEVEL, fix.lon, fix.lat);
    if (cell !== entry.cell) {
      this.#leave(entry);
      entry.cell = cell;
      const there = this.#cells.get(cell);
      if (there) there.add(entry);
      else this.#cells.set(cell, new Set([entry]));
    }
    return entry;
  }

  /** Takes a device off the map; the entry knows from then on that it is deleted. */
  delete(device: DeviceId): Entry | undefined {
    const entry = this.#devices.get(device);
    if (!entry) return undefined;
    this.#devices.delete(device);
    this.#leave(entry);
    entry.delete();
    return entry;
  }

  /** Devices in a box, in no order. Walks the cells of the box, or all that are occupied when these are fewer. */
  inside(box: Box): Entry[] {
    const found: Entry[] = [];
    const gather = (there: Set<Entry> | undefined): void => {
      if (!there) return;
      for (const entry of there) if (holds(box, entry.lon, entry.lat)) found.push(entry);
    };
    if (countCells(LEVEL, box) < this.#cells.size) {
      for (const cell of cellsOf(LEVEL, box)) gather(this.#cells.get(cell));
    } else {
      for (const there of this.#cells.values()) gather(there);
    }
    return found;
  }

  /** Devices in a cell of any level, in no order. */
  inCell(level: number, cell: number): Entry[] {
    const { west, south, size } = gridOf({ level, cell, bits: 0 });
    // A little wider: which cell a place on an edge belongs to is for `cellAt` to say.
    const box = {
      west: west - EDGE,
      south: south - EDGE,
      east: west + size + EDGE,
      north: south + size + EDGE,
      crosses: false,
    };
    return this.inside(box).filter(({ lon, lat }) => cellAt(level, lon, lat) === cell);
  }

  #leave(entry: Entry): void {
    const there = this.#cells.get(entry.cell);
    if (there?.delete(entry) && there.size === 0) this.#cells.delete(entry.cell);
  }
}
