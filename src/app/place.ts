import { existsSync } from "node:fs";
import { openSqliteStore, type SqliteStore } from "#store";
import type { Remote } from "./surroundings.ts";

/** A running server, or the data folder of one that does not run. */
export interface Place extends Remote {
  /** Absolute path of the data folder. */
  readonly data: string;
}

/**
 * Does a task at a server or, when it does not run, in its data folder. Who has an administrator's token asks the
 * server; without one, or when nobody listens at an address that nobody named, the folder is opened. The store
 * refuses by name when a server has it open.
 */
export async function onlineOrAtRest<Result>(
  place: Place,
  online: () => Promise<Result>,
  atRest: (store: SqliteStore) => Promise<Result>,
): Promise<Result> {
  if (place.token !== undefined) {
    try {
      return await online();
    } catch (error) {
      if (!place.assumed || !isRefused(error)) throw error;
    }
  }
  return withStore(place.data, atRest);
}

async function withStore<Result>(
  data: string,
  task: (store: SqliteStore) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(data);
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

async function openStore(data: string): Promise<SqliteStore> {
  try {
    return await openSqliteStore({ folder: data });
  } catch (error) {
    if (!existsSync(data) || !isInUse(error)) throw error;
    const hint = "to ask that server give an administrator's token, with --token or WHEREABOUTS_ADMIN_TOKEN";
    throw new Error(`${(error as Error).message}; ${hint}`, { cause: error });
  }
}

/** Was it another process that has the folder? */
export function isInUse(error: unknown): boolean {
  return error instanceof Error && error.message.includes("in use by");
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}
