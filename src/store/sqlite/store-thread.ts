import type { DatabaseSync } from "node:sqlite";
import { Problem } from "#wire";
import { AccessWriter } from "./access.ts";
import { Committer } from "./committing.ts";
import { openFile } from "./file.ts";
import { describe, register } from "./labelling.ts";
import { Names } from "./names.ts";
import { serve } from "./serve.ts";
import type { SettleBounds, StoreCalls, StoreOpened } from "./store-calls.ts";
import { STORE_FILE } from "./store-schema.ts";
import { inTransaction } from "./transaction.ts";

/** Pages of 4 KiB in the WAL at which SQLite moves them into the database. */
const CHECKPOINT_PAGES = 8192;

interface Parts {
  readonly database: DatabaseSync;
  readonly names: Names;
  readonly committer: Committer;
  readonly access: AccessWriter;
}

let parts: Parts | undefined;

function opened(): Parts {
  if (!parts) throw new Problem("storage_failed", "The store is not open");
  return parts;
}

const markOf = (database: DatabaseSync, name: string): unknown =>
  database.prepare("SELECT value FROM mark WHERE name = ?").get(name)?.["value"];

function open({ path }: { readonly path: string } & SettleBounds): StoreOpened {
  const database = openFile(path, STORE_FILE);
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec("PRAGMA cache_size = -32000");
  const names = new Names(database);
  parts = {
    database,
    names,
    committer: new Committer(database, names),
    access: new AccessWriter(database, names),
  };
  return { offset: Number(markOf(database, "offset")), epoch: String(markOf(database, "epoch")) };
}

/**
 * A transaction with `synchronous = FULL` ends with an fsync of the WAL, which holds every commit before it that
 * no checkpoint has moved (and synced) yet. A checkpoint alone would not do: a reader can keep it from syncing.
 */
function durable(): number {
  const { database } = opened();
  database.exec("PRAGMA synchronous = FULL");
  try {
    return inTransaction(database, () => {
      const offset = Number(markOf(database, "offset"));
      database.prepare("INSERT OR REPLACE INTO mark VALUES ('durable', ?)").run(offset);
      return offset;
    });
  } finally {
    database.exec("PRAGMA synchronous = NORMAL");
  }
}

function close(): void {
  if (!parts) return;
  parts.database.close();
  parts = undefined;
}

serve<StoreCalls>({
  open,
  commit: (message) => opened().committer.commit(message, Date.now()),
  durable,
  register: (argument) => register(opened().database, opened().names, argument),
  describe: (argument) => describe(opened().database, opened().names, argument),
  createToken: (token) => opened().access.createToken(token),
  revokeToken: (argument) => opened().access.revokeToken(argument),
  openSession: (session) => opened().access.openSession(session),
  closeSession: (hash) => opened().access.closeSession(hash),
  offerLink: (link) => opened().access.offerLink(link),
  redeemLink: (argument) => opened().access.redeemLink(argument),
  settle: () => false,
  forget: () => ({ fixes: 0, more: false }),
  close,
});
