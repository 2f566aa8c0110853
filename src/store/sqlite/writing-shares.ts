import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ShareRecord, ShareViews } from "#ports";
import { Problem } from "#wire";
import type { Names } from "./names.ts";
import { inTransaction } from "./transaction.ts";

/** Links of one workspace. */
const MOST = 1000;

/** What stands in columns of its own is left out of the body. */
const bodyOf = ({ views: _views, lastViewedAt: _last, ...body }: ShareRecord): string => JSON.stringify(body);

/** The moment at which a link ends, or ended; null while none is known. */
const endOf = ({ revokedAt, to }: ShareRecord): number | null => revokedAt ?? to ?? null;

/** Writes share links and how often they were looked at. */
export class ShareWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  create(share: ShareRecord): void {
    const workspace = this.#names.open(share.workspace);
    inTransaction(this.#database, () => {
      this.#makeRoom(workspace, share.createdAt);
      this.#database
        .prepare(
          `INSERT INTO share (workspace, id, hash, created_at, ends_at, views, body) VALUES (?, ?, ?, ?, ?, 0, ?)`,
        )
        .run(workspace, share.id, share.hash, share.createdAt, endOf(share), bodyOf(share));
    });
  }

  #makeRoom(workspace: number, now: number): void {
    const row = this.#database.prepare("SELECT count(*) AS n FROM share WHERE workspace = ?").get(workspace);
    if (Number(row?.["n"]) < MOST) return;
    const { changes } = this.#database
      .prepare(
        `DELETE FROM share WHERE workspace = ?1 AND id = (
           SELECT id FROM share WHERE workspace = ?1 AND ends_at <= ?2 ORDER BY created_at LIMIT 1)`,
      )
      .run(workspace, now);
    if (Number(changes) === 0) {
      throw new Problem("conflict", `there are ${MOST} share links that hold already; revoke some first`);
    }
  }

  update(share: ShareRecord): boolean {
    const { changes } = this.#database
      .prepare("UPDATE share SET body = ?, ends_at = ? WHERE workspace = ? AND id = ?")
      .run(bodyOf(share), endOf(share), this.#names.numberOf(share.workspace) ?? null, share.id);
    return Number(changes) > 0;
  }

  addViews(all: readonly ShareViews[]): void {
    inTransaction(this.#database, () => {
      const add = this.#database.prepare(
        `UPDATE share SET views = views + ?, viewed_at = max(coalesce(viewed_at, 0), ?)
         WHERE workspace = ? AND id = ?`,
      );
      for (const { workspace, id, views, lastViewedAt } of all) {
        add.run(views, lastViewedAt, this.#names.numberOf(workspace) ?? null, id);
      }
    });
  }

  seed(name: string): string {
    const mark = `share-seed ${this.#names.open(name)}`;
    this.#database
      .prepare("INSERT OR IGNORE INTO mark VALUES (?, ?)")
      .run(mark, randomBytes(32).toString("base64url"));
    const row = this.#database.prepare("SELECT value FROM mark WHERE name = ?").get(mark);
    return String(row?.["value"]);
  }
}
