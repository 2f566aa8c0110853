import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Reshown } from "#ports";
import type { Event } from "#wire";

/** The place of an event in the feed. */
export interface Numbered {
  readonly seq: number;
  readonly repeated: boolean;
}

/** Writes events, within the transaction of a commit. */
export class EventWriter {
  readonly #seqOf: StatementSync;
  readonly #insert: StatementSync;
  readonly #withdraw: StatementSync;
  readonly #revise: StatementSync;
  readonly #reshow: StatementSync;

  constructor(database: DatabaseSync) {
    this.#seqOf = database.prepare("SELECT seq FROM event WHERE workspace = ? AND id = ?");
    this.#insert = database.prepare(
      `INSERT INTO event (workspace, id, type, device, fence, fence_version, time, fix, detected_at, lon, lat, reason,
         imported, watch, other, generation, late, withdrawn_at, withdraws, revises, shown)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#withdraw = database.prepare(
      "UPDATE event SET withdrawn_at = ? WHERE workspace = ? AND id = ? AND withdrawn_at IS NULL",
    );
    this.#revise = database.prepare(
      "UPDATE event SET time = ?, lon = ?, lat = ?, reason = ? WHERE workspace = ? AND id = ?",
    );
    this.#reshow = database.prepare("UPDATE event SET shown = ? WHERE workspace = ? AND id = ?");
  }

  /** The event stands, shown by another fix. */
  reshow(workspace: number, { event, shown }: Reshown): void {
    this.#reshow.run(shown, workspace, event);
  }

  /** An event whose id is stored keeps its number. What it withdraws or revises is changed. */
  write(workspace: number, event: Event): Numbered {
    const stored = this.#seqOf.get(workspace, event.id);
    if (stored) return { seq: Number(stored["seq"]), repeated: true };
    const { withdraws, revises, detectedAt, time, lon, lat } = event;
    if (withdraws !== undefined) this.#withdraw.run(detectedAt, workspace, withdraws);
    if (revises !== undefined) this.#revise.run(time, lon, lat, event.reason ?? null, workspace, revises);
    const { lastInsertRowid } = this.#insert.run(
      workspace,
      event.id,
      event.type,
      event.device,
      event.fence ?? "",
      event.fenceVersion ?? 0,
      time,
      event.fix,
      detectedAt,
      lon,
      lat,
      event.reason ?? null,
      event.imported ? 1 : 0,
      event.watch ?? null,
      event.other ?? null,
      event.generation ?? 0,
      event.late ? 1 : 0,
      event.withdrawnAt ?? null,
      withdraws ?? null,
      revises ?? null,
      event.shown ?? event.fix,
    );
    return { seq: Number(lastInsertRowid), repeated: false };
  }
}
