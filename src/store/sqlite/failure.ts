import { Problem } from "#wire";
import type { Failure } from "./calls.ts";

/** SQLite's primary result codes; https://sqlite.org/rescode.html */
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT = 19;
/** Extended codes: the shared-memory file could not grow, an fsync failed. */
const SQLITE_IOERR_SHMSIZE = 4874;
const SQLITE_IOERR_FSYNC = 1034;

/** What the store refuses by itself, rather than fails at. */
const REFUSALS = ["conflict", "not_found", "last_owner", "last_way_in"] as const;

const numberOf = (error: unknown): number => {
  const code = error instanceof Error && "errcode" in error ? error.errcode : 0;
  return typeof code === "number" ? code : 0;
};

const isFull = (error: unknown): boolean => {
  const code = numberOf(error);
  const node = error instanceof Error && "code" in error ? error.code : "";
  return (code & 0xff) === SQLITE_FULL || code === SQLITE_IOERR_SHMSIZE || node === "ENOSPC";
};

/** Did an fsync fail? Then the kernel may have dropped the data, and a later fsync that succeeds proves nothing. */
export const isSyncFailure = (error: unknown): boolean => numberOf(error) === SQLITE_IOERR_FSYNC;

/** An error of SQLite or Node as a code of the catalogue; `file` is named where the trouble is in it. */
export function failureOf(error: unknown, file = "the database"): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const refused = error instanceof Problem ? REFUSALS.find((code) => code === error.code) : undefined;
  if (refused !== undefined) return { code: refused, message };
  if (isFull(error)) return { code: "storage_full", message: `The disk is full (${message})` };
  const code = numberOf(error);
  if ((code & 0xff) === SQLITE_CONSTRAINT) return { code: "conflict", message };
  if ((code & 0xff) === SQLITE_CORRUPT)
    return {
      code: "storage_failed",
      message: `${file} is damaged (${message}); whereabouts doctor says more`,
    };
  if ((code & 0xff) === SQLITE_IOERR)
    return { code: "storage_failed", message: `I/O error ${code}: ${message}` };
  return { code: "storage_failed", message };
}
