import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BaseOf } from "#ports";

/** Writes the bases of devices, within the transaction of a commit. */
export class BaseWriter {
  readonly #shift: StatementSync;
  readonly #reset: StatementSync;
  readonly #erase: StatementSync;

  constructor(database: DatabaseSync) {
    this.#shift = database.prepare(
      `INSERT INTO base (device, later_time, later) VALUES (?, ?, ?)
       ON CONFLICT (device) DO UPDATE SET
         earlier_time = CASE WHEN later_time = excluded.later_time THEN earlier_time ELSE later_time END,
         earlier = CASE WHEN later_time = excluded.later_time THEN earlier ELSE later END,
         later_time = excluded.later_time, later = excluded.later`,
    );
    this.#reset = database.prepare(
      `INSERT INTO base (device, earlier_time, earlier, later_time, later) VALUES (?1, ?2, ?3, ?2, ?3)
       ON CONFLICT (device) DO UPDATE SET earlier_time = ?2, earlier = ?3, later_time = ?2, later = ?3`,
    );
    this.#erase = database.prepare("DELETE FROM base WHERE device = ?");
  }

  write(device: number, { base: { time, state }, reset }: BaseOf): void {
    (reset ? this.#reset : this.#shift).run(device, time, JSON.stringify(state));
  }

  erase(device: number): void {
    this.#erase.run(device);
  }
}
