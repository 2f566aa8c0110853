import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Fix } from "#wire";
import { HEAD, readSections, RowReader, type Section } from "./fix-groups.ts";

/** A section and the tail row it lies in. */
interface Placed {
  readonly id: number;
  readonly section: Section;
}

/** The heads of a tail row as numbers; the blob may lie anywhere in its buffer. */
export function headsOf(blob: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(blob.slice().buffer);
}

/** Calls back with each section of a tail row. */
export function eachSection(
  heads: Uint32Array,
  body: Uint8Array,
  each: (device: number, section: Section) => void,
): void {
  const row = new RowReader(body);
  let start = 0;
  for (let i = 0; i < heads.length; i += HEAD) {
    const end = heads[i + 1] ?? 0;
    each(heads[i] ?? 0, { row, start, end, count: heads[i + 2] ?? 0 });
    start = end;
  }
}

/**
 * Where each device's unsettled fixes lie. It follows the tail row by row as it is asked, so a question costs what
 * was committed since the last one; sections are decoded only for the device in question.
 */
export class TailIndex {
  readonly #sections = new Map<number, Placed[]>();
  readonly #rows = new Map<number, readonly number[]>();
  readonly #bounds: StatementSync;
  readonly #settling: StatementSync;
  readonly #load: StatementSync;
  #newest = 0;
  #settledThrough = 0;
  #settledBefore = 0;

  constructor(database: DatabaseSync) {
    this.#bounds = database.prepare("SELECT coalesce(min(id), 9e15) AS oldest FROM tail");
    this.#settling = database.prepare("SELECT through, next FROM settling");
    this.#load = database.prepare("SELECT id, heads, body FROM tail WHERE id > ? ORDER BY id");
  }

  /** Brings the index to the state of the open snapshot. */
  refresh(): void {
    const oldest = Number(this.#bounds.get()?.["oldest"]);
    for (const row of this.#rows.keys()) {
      if (row >= oldest) break;
      this.#drop(row);
    }
    for (const row of this.#load.iterate(this.#newest)) {
      const id = Number(row["id"]);
      this.#add(id, headsOf(row["heads"] as Uint8Array), row["body"] as Uint8Array);
      this.#newest = id;
    }
    const settling = this.#settling.get();
    this.#settledThrough = Number(settling?.["through"] ?? 0);
    this.#settledBefore = Number(settling?.["next"] ?? 0);
  }

  #add(row: number, heads: Uint32Array, body: Uint8Array): void {
    const devices: number[] = [];
    eachSection(heads, body, (device, section) => {
      devices.push(device);
      const sections = this.#sections.get(device);
      if (sections) sections.push({ id: row, section });
      else this.#sections.set(device, [{ id: row, section }]);
    });
    this.#rows.set(row, devices);
  }

  #drop(row: number): void {
    for (const device of this.#rows.get(row) ?? []) {
      const left = this.#sections.get(device)?.filter(({ id }) => id !== row) ?? [];
      if (left.length > 0) this.#sections.set(device, left);
      else this.#sections.delete(device);
    }
    this.#rows.delete(row);
  }

  /** Unsettled fixes of the device with number `num`, in the order of their commits. */
  fixesOf(num: number, device: string): Fix[] {
    const unsettled = (this.#sections.get(num) ?? []).filter(
      ({ id }) => id > this.#settledThrough || num >= this.#settledBefore,
    );
    return readSections(
      unsettled.map(({ section }) => section),
      device,
    );
  }
}
