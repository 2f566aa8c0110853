import type { DatabaseSync } from "node:sqlite";
import type { WorkspaceRecord } from "#ports";
import { Problem } from "#wire";
import type { Names } from "./names.ts";
import { inTransaction } from "./transaction.ts";

/** The workspace that every store begins with. */
const FIRST = "main";
/** Workspaces of one server. */
const MOST = 1000;

/** A workspace to be made. */
export interface NewWorkspace {
  readonly workspace: WorkspaceRecord;
  readonly owner?: string;
}

/** Writes workspaces. */
export class WorkspaceWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;
  readonly #changed: () => void;

  /** `changed`: numbers of workspaces and devices that were looked up before may be wrong. */
  constructor(database: DatabaseSync, names: Names, changed: () => void) {
    this.#database = database;
    this.#names = names;
    this.#changed = changed;
  }

  /** Throws `conflict`. */
  create({ workspace: { id, name, createdAt }, owner }: NewWorkspace): void {
    inTransaction(this.#database, () => {
      const row = this.#row("SELECT state FROM workspace WHERE id = ?", id);
      if (row !== undefined && row["state"] !== "implied") {
        const why = row["state"] === "open" ? "there is one already" : "it is being deleted";
        throw new Problem("conflict", `no workspace ${JSON.stringify(id)} can be made: ${why}`);
      }
      const count = this.#row("SELECT count(*) AS n FROM workspace WHERE state <> 'implied'");
      if (Number(count?.["n"]) >= MOST) throw new Problem("conflict", `there are ${MOST} workspaces already`);
      this.#run("DELETE FROM workspace WHERE id = ?", id);
      const num = this.#names.add(id, name, createdAt, "open");
      if (owner === undefined) return;
      if (!this.#row("SELECT 1 FROM person WHERE id = ?", owner)) {
        throw new Problem("not_found", `there is no person ${JSON.stringify(owner)}`);
      }
      this.#run(
        "INSERT INTO member (workspace, person, role, since) VALUES (?, ?, 'owner', ?)",
        num,
        owner,
        createdAt,
      );
    });
    this.#changed();
  }

  rename({ id, name }: Pick<WorkspaceRecord, "id" | "name">): boolean {
    return this.#run("UPDATE workspace SET name = ? WHERE id = ? AND state = 'open'", name, id);
  }

  /** One statement: a session that is ended meanwhile stays ended, a member who is removed gets nowhere. */
  enter({ hash, id }: { readonly hash: string; readonly id: string }): boolean {
    return this.#run(
      `UPDATE session SET workspace = place.num FROM (SELECT num FROM workspace WHERE id = ?2 AND state = 'open') AS place
       WHERE hash = ?1 AND EXISTS (
         SELECT 1 FROM member WHERE member.workspace = place.num AND member.person = session.person)`,
      hash,
      id,
    );
  }

  close(id: string): boolean {
    if (id === FIRST) throw new Problem("conflict", "the first workspace cannot be deleted");
    return this.#run("UPDATE workspace SET state = 'closing' WHERE id = ? AND state = 'open'", id);
  }

  #row(sql: string, ...values: (string | number)[]) {
    return this.#database.prepare(sql).get(...values);
  }

  /** Was anything changed? */
  #run(sql: string, ...values: (string | number)[]): boolean {
    return Number(this.#database.prepare(sql).run(...values).changes) > 0;
  }
}
