import { DatabaseSync } from "node:sqlite";
import { Problem } from "#wire";

const SQLITE_BUSY = 5;

/** A database that nobody refers to is collected and closed, and the lock would be gone with it. */
const heldLocks = new Set<DatabaseSync>();

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  "errcode" in error &&
  typeof error.errcode === "number" &&
  (error.errcode & 0xff) === SQLITE_BUSY;

/** Writes who holds the lock, then keeps a write transaction open; false when somebody else came in between. */
function take(database: DatabaseSync): boolean {
  database.exec("BEGIN IMMEDIATE");
  database.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER)");
  database.exec("DELETE FROM holder");
  database.prepare("INSERT INTO holder VALUES (?)").run(process.pid);
  database.exec("COMMIT");
  database.exec("BEGIN IMMEDIATE");
  if (database.prepare("SELECT pid FROM holder").get()?.["pid"] === process.pid) return true;
  database.exec("ROLLBACK");
  return false;
}

const holderOf = (database: DatabaseSync): string => {
  try {
    return `process ${String(database.prepare("SELECT pid FROM holder").get()?.["pid"] ?? "?")}`;
  } catch {
    return "another process";
  }
};

/**
 * Takes the lock of a data folder: a write transaction, kept open, on a tiny database named `LOCK`. SQLite holds it
 * by an advisory file lock of the kernel, so it ends with the process, however that ends. Answers the way to
 * release it. Throws `storage_failed` naming folder and holder when another process has it.
 */
export function lockFolder(folder: string): () => void {
  const path = `${folder}/LOCK`;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 100 });
    database.exec("PRAGMA synchronous = OFF");
    while (!take(database));
  } catch (error) {
    const holder = database && isBusy(error) ? holderOf(database) : undefined;
    database?.close();
    if (!holder) {
      throw new Problem("storage_failed", `The lock ${path} cannot be taken: ${String(error)}`, {
        cause: error,
      });
    }
    throw new Problem("storage_failed", `The data folder ${folder} is in use by ${holder}`, { cause: error });
  }
  const held = database;
  heldLocks.add(held);
  return () => {
    if (heldLocks.delete(held)) held.close();
  };
}
