export {
  openSqliteStore,
  type SqliteStore,
  type SqliteStoreOptions,
  type StoreLogger,
} from "./sqlite/open.ts";
