import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Fix, Problem } from "#wire";
import { readSections, type Section } from "./fix-groups.ts";
import { oncePerTime } from "./once.ts";
import { readSegment, writeSegment } from "./segment-codec.ts";
import type { SettleBounds } from "./store-calls.ts";
import { eachSection, headsOf } from "./tail-index.ts";
import { inTransaction } from "./transaction.ts";

/** Fixes of a segment that is full. */
export const FULL = 512;
/**
 * Open segments of a device that are merged even when they are not full together: nine to sixteen, by its number, so
 * that devices which report alike are not all merged in the same pass.
 */
const LEAST_OPEN = 9;
const OPEN_SPREAD = 8;
/** Fixes that one pass takes from the tail at most; they are in memory meanwhile. */
const PASS_FIXES = 250_000;
/** Milliseconds after which a slice ends. */
const SLICE_MS = 5;
/** Segments of erased devices that go in one slice. */
const ERASE_SEGMENTS = 500;

/** What one pass moves: the tail up to row `through`, by device. */
interface Pass {
  readonly through: number;
  readonly devices: readonly number[];
  readonly sections: ReadonlyMap<number, readonly Section[]>;
  next: number;
}

/**
 * Moves fixes from the tail into segments, in slices of some milliseconds. A slice is one transaction: the
 * segments of some devices, in order of their number, and how far it came (`settling`). Readers skip what is
 * settled by that mark, and a restart goes on from it. The last slice of a pass deletes the rows of the tail.
 */
export class Settler {
  readonly #database: DatabaseSync;
  readonly #bounds: SettleBounds;
  readonly #exists: StatementSync;
  readonly #open: StatementSync;
  readonly #body: StatementSync;
  readonly #remove: StatementSync;
  readonly #warn: (error: unknown) => void;
  readonly #insert: StatementSync;
  readonly #progress: StatementSync;
  readonly #sliceMs: number;
  #pass: Pass | undefined;

  /** `warn` is told of segments that cannot be read; `sliceMs` is when a slice ends. */
  constructor(
    database: DatabaseSync,
    bounds: SettleBounds,
    warn: (error: unknown) => void,
    sliceMs: number = SLICE_MS,
  ) {
    this.#warn = warn;
    this.#sliceMs = sliceMs;
    this.#database = database;
    this.#bounds = bounds;
    this.#exists = database.prepare("SELECT 1 FROM device WHERE num = ?");
    this.#open = database.prepare("SELECT id, n FROM segment WHERE device = ? AND open = 1 ORDER BY id");
    this.#body = database.prepare("SELECT body FROM segment WHERE id = ?");
    this.#remove = database.prepare("DELETE FROM segment WHERE id = ?");
    this.#insert = database.prepare(
      "INSERT INTO segment (device, from_ms, to_ms, n, open, body) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#progress = database.prepare("INSERT OR REPLACE INTO settling (id, through, next) VALUES (1, ?, ?)");
  }

  /** Is there enough, or something old enough, to begin a pass? A pass that was begun is always due. */
  due(now: number): boolean {
    if (this.#pass) return true;
    const row = this.#database
      .prepare(
        `SELECT coalesce(sum(n), 0) AS fixes, coalesce(min(at), 9e15) AS oldest,
                EXISTS (SELECT 1 FROM settling) OR EXISTS (SELECT 1 FROM erased) AS begun FROM tail`,
      )
      .get();
    return (
      row?.["begun"] === 1 ||
      Number(row?.["fixes"]) >= this.#bounds.settleFixes ||
      Number(row?.["oldest"]) <= now - this.#bounds.settleAfter
    );
  }

  /** Works for one slice, whether due or not; true while there is more. */
  slice(): boolean {
    if (this.#eraseSome()) return true;
    this.#pass ??= this.#begin();
    const pass = this.#pass;
    if (!pass) return false;
    const before = pass.next;
    try {
      inTransaction(this.#database, () => this.#settleSome(pass));
    } catch (error) {
      pass.next = before;
      throw error;
    }
    if (pass.next >= pass.devices.length) this.#pass = undefined;
    return true;
  }

  /** Takes the oldest rows of the tail; after a restart exactly those of the pass that was begun. */
  #begin(): Pass | undefined {
    const begun = this.#database.prepare("SELECT through, next FROM settling").get();
    const limit = Number(begun?.["through"] ?? Number.MAX_SAFE_INTEGER);
    const sections = new Map<number, Section[]>();
    let through = 0;
    let fixes = 0;
    const rows = this.#database.prepare("SELECT id, n, heads, body FROM tail WHERE id <= ? ORDER BY id");
    for (const row of rows.iterate(limit)) {
      eachSection(headsOf(row["heads"] as Uint8Array), row["body"] as Uint8Array, (device, section) => {
        const list = sections.get(device);
        if (list) list.push(section);
        else sections.set(device, [section]);
      });
      through = Number(row["id"]);
      fixes += Number(row["n"]);
      if (!begun && fixes >= PASS_FIXES) break;
    }
    if (sections.size === 0 && !begun) return undefined;
    const devices = [...sections.keys()].sort((a, b) => a - b);
    const from = Number(begun?.["next"] ?? 0);
    const next = devices.findIndex((device) => device >= from);
    return { through: begun ? limit : through, devices, sections, next: next < 0 ? devices.length : next };
  }

  #settleSome(pass: Pass): void {
    const until = performance.now() + this.#sliceMs;
    while (pass.next < pass.devices.length) {
      const device = pass.devices[pass.next++] ?? 0;
      if (this.#exists.get(device)) this.#settle(device, pass.sections.get(device) ?? []);
      const next = pass.devices[pass.next];
      if (next === undefined || performance.now() < until) continue;
      this.#progress.run(pass.through, next);
      return;
    }
    this.#database.prepare("DELETE FROM tail WHERE id <= ?").run(pass.through);
    this.#database.exec("DELETE FROM settling");
  }

  /**
   * New fixes become an open segment; when the open ones would be full together, or many, they are merged into full
   * ones and at most one open rest. So open segments are always newer, by id and arrival, than full ones.
   */
  #settle(device: number, sections: readonly Section[]): void {
    const fresh = readSections(sections, "");
    const open = this.#open.all(device);
    const total = open.reduce((sum, row) => sum + Number(row["n"]), fresh.length);
    if (total < FULL && open.length + 1 < LEAST_OPEN + (device % OPEN_SPREAD)) {
      this.#write(device, oncePerTime(fresh), true);
      return;
    }
    const fixes = oncePerTime([...open.flatMap(({ id }) => this.#takeOpen(Number(id))), ...fresh]);
    for (let start = 0; start < fixes.length; start += FULL) {
      const part = fixes.slice(start, start + FULL);
      this.#write(device, part, part.length < FULL);
    }
  }

  /** Takes an open segment out of the table. One that is corrupt stays there, as it is, and is not tried again. */
  #takeOpen(id: number): readonly Fix[] {
    try {
      const fixes = readSegment(this.#body.get(id)?.["body"] as Uint8Array, "");
      this.#remove.run(id);
      return fixes;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#warn(error);
      this.#database.prepare("UPDATE segment SET open = 0 WHERE id = ?").run(id);
      return [];
    }
  }

  #write(device: number, fixes: readonly Fix[], open: boolean): void {
    const first = fixes[0];
    const last = fixes.at(-1);
    if (!first || !last) return;
    this.#insert.run(device, first.time, last.time, fixes.length, open ? 1 : 0, writeSegment(fixes, !open));
  }

  /** Removes some segments of erased devices; false when there are none left. */
  #eraseSome(): boolean {
    const device = this.#database.prepare("SELECT device FROM erased LIMIT 1").get()?.["device"];
    if (device === undefined) return false;
    inTransaction(this.#database, () => {
      const { changes } = this.#database
        .prepare(
          `DELETE FROM segment WHERE id IN (SELECT id FROM segment WHERE device = ? LIMIT ${ERASE_SEGMENTS})`,
        )
        .run(device);
      if (Number(changes) < ERASE_SEGMENTS) {
        this.#database.prepare("DELETE FROM erased WHERE device = ?").run(device);
      }
    });
    return true;
  }
}
