export { bulkLoad, type BulkDevice } from "./sqlite/bulk.ts";
export {
  openSqliteStore,
  type SqliteStore,
  type SqliteStoreOptions,
  type StoreLogger,
} from "./sqlite/open.ts";
export { restoreBackup } from "./sqlite/restore.ts";
