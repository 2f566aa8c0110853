import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { SessionRecord, SignInLinkRecord, TokenRecord } from "#ports";
import type { Scope } from "#wire";
import type { Names } from "./names.ts";

type Columns = Record<string, SQLOutputValue>;

const scopesOf = (row: Columns): Scope[] => String(row["scopes"]).split(" ").filter(Boolean) as Scope[];

/** A token as its columns hold it, `workspace` already by its id. */
export const tokenOf = (row: Columns): TokenRecord => ({
  id: String(row["id"]),
  workspace: String(row["workspace"]),
  name: String(row["name"]),
  scopes: scopesOf(row),
  register: row["register"] === 1,
  ...(row["groups"] !== null && { groups: JSON.parse(String(row["groups"])) as string[] }),
  ...(row["device"] !== null && { device: String(row["device"]) }),
  hash: String(row["hash"]),
  createdAt: Number(row["created_at"]),
  ...(row["expires_at"] === null ? {} : { expiresAt: Number(row["expires_at"]) }),
});

/** A session as its columns hold it. */
export const sessionOf = (row: Columns): SessionRecord => ({
  hash: String(row["hash"]),
  workspace: String(row["workspace"]),
  scopes: scopesOf(row),
  ...(row["person"] !== null && { person: String(row["person"]) }),
  ...(row["agent"] !== null && { agent: String(row["agent"]) }),
  createdAt: Number(row["created_at"]),
  expiresAt: Number(row["expires_at"]),
});

/** The writes that tokens, sessions and sign-in links need. */
export class AccessWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  /** Throws `conflict` when id or hash exist. */
  createToken(token: TokenRecord): void {
    const workspace = this.#names.open(token.workspace);
    this.#database
      .prepare(
        `INSERT INTO token (hash, id, workspace, name, scopes, register, created_at, expires_at, groups, device)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        token.hash,
        token.id,
        workspace,
        token.name,
        token.scopes.join(" "),
        token.register ? 1 : 0,
        token.createdAt,
        token.expiresAt ?? null,
        token.groups === undefined ? null : JSON.stringify(token.groups),
        token.device ?? null,
      );
  }

  revokeToken({ workspace, id }: { readonly workspace: string; readonly id: string }): boolean {
    const { changes } = this.#database
      .prepare("DELETE FROM token WHERE id = ? AND workspace = (SELECT num FROM workspace WHERE id = ?)")
      .run(id, workspace);
    return Number(changes) > 0;
  }

  openSession(session: SessionRecord): void {
    const workspace = this.#names.open(session.workspace);
    const { hash, scopes, createdAt, expiresAt, person = null, agent = null } = session;
    // Who signs in takes the sessions away that have ended.
    this.#database.prepare("DELETE FROM session WHERE expires_at <= ?").run(createdAt);
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO session (hash, workspace, scopes, created_at, expires_at, person, agent)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(hash, workspace, scopes.join(" "), createdAt, expiresAt, person, agent);
    this.#database.prepare("INSERT OR IGNORE INTO mark VALUES ('signed-in', 1)").run();
  }

  closeSession(hash: string): void {
    this.#database.prepare("DELETE FROM session WHERE hash = ?").run(hash);
  }

  offerLink(link: SignInLinkRecord): void {
    const workspace = this.#names.open(link.workspace);
    this.#database
      .prepare("INSERT OR REPLACE INTO sign_in_link (hash, workspace, expires_at) VALUES (?, ?, ?)")
      .run(link.hash, workspace, link.expiresAt);
  }

  /** Takes the link and every expired one out of the table in one statement. */
  redeemLink({ hash, now }: { readonly hash: string; readonly now: number }): SignInLinkRecord | undefined {
    const gone = this.#database
      .prepare(
        `DELETE FROM sign_in_link WHERE hash = ?1 OR expires_at <= ?2
         RETURNING hash, expires_at,
           (SELECT id FROM workspace WHERE num = sign_in_link.workspace AND state = 'open') AS workspace`,
      )
      .all(hash, now);
    const row = gone.find((link) => link["hash"] === hash);
    const expiresAt = Number(row?.["expires_at"]);
    if (!row || row["workspace"] === null || expiresAt <= now) return undefined;
    return { hash, workspace: String(row["workspace"]), expiresAt };
  }
}
