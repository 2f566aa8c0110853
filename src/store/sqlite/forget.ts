import type { DatabaseSync, StatementSync } from "node:sqlite";
import { forgetSomeAlerts } from "./forgetting-alerts.ts";
import { readSegment, writeSegment } from "./segment-codec.ts";
import type { Settler } from "./settle.ts";
import { inTransaction } from "./transaction.ts";

/** Segments, events and pages of one slice. */
const SEGMENTS = 400;
const EVENTS = 2000;
const PAGES = 2000;

/** One step of forgetting: how many fixes went, and whether there is more. */
export interface ForgetStep {
  readonly fixes: number;
  readonly more: boolean;
}

/**
 * Forgets everything before a time, in slices between which commits go on: settle what is there, delete whole
 * segments, rewrite those that straddle the bound, delete events and alerts that do not wait, give the pages back to
 * the file system.
 */
export class Forgetter {
  readonly #database: DatabaseSync;
  readonly #settler: Settler;
  readonly #before: number;
  readonly #remove: StatementSync;
  readonly #rewrite: StatementSync;
  /** Newest row of the tail when it began; what comes later is not waited for. */
  readonly #tailEnd: number;
  /** Segments that begin before the bound, once the tail is settled. */
  #found: { readonly id: number; readonly to: number; readonly n: number }[] | undefined;
  #done = 0;
  #eventsDone = false;
  /** Sequence number up to which alerts were looked at; undefined when all were. */
  #alertsAfter: number | undefined = 0;

  constructor(database: DatabaseSync, settler: Settler, before: number) {
    this.#database = database;
    this.#settler = settler;
    this.#before = before;
    this.#remove = database.prepare("DELETE FROM segment WHERE id = ?");
    this.#rewrite = database.prepare("UPDATE segment SET from_ms = ?, n = ?, body = ? WHERE id = ?");
    this.#tailEnd = Number(database.prepare("SELECT coalesce(max(id), 0) AS id FROM tail").get()?.["id"]);
  }

  /** Does one slice. */
  step(): ForgetStep {
    if (!this.#found) {
      if (this.#unsettled() && this.#settler.slice()) return { fixes: 0, more: true };
      this.#found = this.#search();
      return { fixes: 0, more: true };
    }
    if (this.#done < this.#found.length) return { fixes: this.#someSegments(this.#found), more: true };
    if (this.#searchAgain()) return { fixes: 0, more: true };
    if (!this.#eventsDone) {
      this.#eventsDone = this.#someEvents() < EVENTS;
      return { fixes: 0, more: true };
    }
    if (this.#alertsAfter !== undefined) {
      this.#someAlerts(this.#alertsAfter);
      return { fixes: 0, more: true };
    }
    return { fixes: 0, more: this.#somePages() };
  }

  #unsettled(): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM tail WHERE id <= ? LIMIT 1").get(this.#tailEnd) !== undefined
    );
  }

  #search(): { readonly id: number; readonly to: number; readonly n: number }[] {
    return this.#database
      .prepare("SELECT id, to_ms, n FROM segment INDEXED BY segment_span WHERE from_ms < ?")
      .all(this.#before)
      .map((row) => ({ id: Number(row["id"]), to: Number(row["to_ms"]), n: Number(row["n"]) }));
  }

  /** A pass of settling may have merged, under a new id, what was found; true when the list was made anew. */
  #searchAgain(): boolean {
    const found = this.#eventsDone ? [] : this.#search();
    if (found.length === 0) return false;
    this.#found = found;
    this.#done = 0;
    return true;
  }

  #someSegments(found: readonly { readonly id: number; readonly to: number; readonly n: number }[]): number {
    const part = found.slice(this.#done, this.#done + SEGMENTS);
    const gone = inTransaction(this.#database, () => {
      let fixes = 0;
      for (const { id, to, n } of part) {
        if (to >= this.#before) fixes += this.#straddling(id);
        else if (Number(this.#remove.run(id).changes) > 0) fixes += n;
      }
      return fixes;
    });
    this.#done += part.length;
    return gone;
  }

  /** Rewrites a segment without what is too old; answers how many fixes that was. */
  #straddling(id: number): number {
    const row = this.#database.prepare("SELECT open, body FROM segment WHERE id = ?").get(id);
    if (!row) return 0;
    const fixes = readSegment(row["body"] as Uint8Array, "");
    const kept = fixes.filter(({ time }) => time >= this.#before);
    const first = kept[0];
    if (!first) return 0;
    this.#rewrite.run(first.time, kept.length, writeSegment(kept, row["open"] === 0), id);
    return fixes.length - kept.length;
  }

  #someEvents(): number {
    const { changes } = this.#database
      .prepare(`DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE time < ? LIMIT ${EVENTS})`)
      .run(this.#before);
    return Number(changes);
  }

  #someAlerts(after: number): void {
    const step = forgetSomeAlerts(this.#database, { before: this.#before, states: ["sent", "dead"], after });
    this.#alertsAfter = step.more ? step.after : undefined;
  }

  #somePages(): boolean {
    const free = (): number =>
      Number(this.#database.prepare("PRAGMA freelist_count").get()?.["freelist_count"]);
    const before = free();
    this.#database.exec(`PRAGMA incremental_vacuum(${PAGES})`);
    const after = free();
    if (after > 0 && after < before) return true;
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return false;
  }
}
