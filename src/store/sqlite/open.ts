import { mkdirSync } from "node:fs";
import type {
  Audit,
  Definitions,
  Devices,
  Events,
  Fences,
  History,
  Identities,
  Invitations,
  Log,
  Members,
  Passkeys,
  Past,
  Outbox,
  Results,
  SecondFactors,
  Sessions,
  Shares,
  Targets,
  Tokens,
  Upkeep,
  WorkspaceEnds,
  Workspaces,
} from "#ports";
import type { Problem } from "#wire";
import { SqliteDefinitions } from "./definitions.ts";
import { SqliteDevices } from "./devices.ts";
import { SqliteEvents } from "./events.ts";
import { SqliteFences } from "./fences.ts";
import { SqliteHistory } from "./history.ts";
import { SqlitePast } from "./past.ts";
import { SqliteAudit } from "./audit.ts";
import { SqliteInvitations, SqliteMembers } from "./members.ts";
import { SqliteIdentities } from "./identities.ts";
import { SqlitePasskeys } from "./passkeys.ts";
import { lockFolder } from "./lock.ts";
import type { LogCalls } from "./log-calls.ts";
import { SqliteLog } from "./log.ts";
import { SqliteOutbox } from "./outbox.ts";
import type { ReaderCalls } from "./reader-calls.ts";
import { Remote } from "./remote.ts";
import { SqliteResults } from "./results.ts";
import { SqliteSecondFactors } from "./second-factors.ts";
import { SqliteSessions } from "./sessions.ts";
import type { StoreCalls } from "./store-calls.ts";
import { SqliteShares } from "./shares.ts";
import { SqliteTargets } from "./targets.ts";
import { SqliteTokens } from "./tokens.ts";
import { SqliteUpkeep } from "./upkeep.ts";
import { SqliteWorkspaces } from "./workspaces.ts";

/** Where a store says what an operator should know. A pino logger fits. */
export interface StoreLogger {
  warn(message: string): void;
  error(message: string): void;
}

/** How to open a store; every bound has a default that fits one machine. */
export interface SqliteStoreOptions {
  /** Data folder, made when it is missing. One process at a time has it. */
  readonly folder: string;
  readonly logger?: StoreLogger;
  /** Positions appended and not yet consumed before `append` refuses; 200,000. */
  readonly maxBacklog?: number;
  /** Positions handed to the log's consumer at once; 10,000. */
  readonly batchPositions?: number;
  /** Unsettled fixes from which on they are settled; 200,000. */
  readonly settleFixes?: number;
  /** Age in milliseconds of the oldest unsettled fix from which on it is settled; five minutes. */
  readonly settleAfter?: number;
}

/** Every port that `node:sqlite` serves from one data folder. */
export interface SqliteStore {
  readonly log: Log;
  readonly results: Results;
  readonly history: History;
  readonly past: Past;
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly events: Events;
  readonly targets: Targets;
  readonly outbox: Outbox;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly factors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly identities: Identities;
  readonly audit: Audit;
  readonly shares: Shares;
  readonly workspaces: Workspaces & WorkspaceEnds;
  readonly upkeep: Upkeep;
  /** Writes what is on its way, settles what is cheap, releases the folder. Idempotent. */
  close(): Promise<void>;
}

interface Threads {
  readonly log: Remote<LogCalls>;
  readonly store: Remote<StoreCalls>;
  readonly reader: Remote<ReaderCalls>;
}

function startThreads(logger: StoreLogger | undefined): Threads {
  const ears = {
    onDeath: (problem: Problem): void => logger?.error(problem.message),
    onWarning: (message: string): void => logger?.warn(message),
  };
  return {
    log: new Remote<LogCalls>("log", "./log-thread", ears),
    store: new Remote<StoreCalls>("store", "./store-thread", ears),
    reader: new Remote<ReaderCalls>("reader", "./reader-thread", ears),
  };
}

const stopThreads = async ({ log, store, reader }: Threads): Promise<void> => {
  await Promise.all([log.close(), store.close(), reader.close()]);
};

async function openWith(
  threads: Threads,
  options: SqliteStoreOptions,
  unlock: () => void,
): Promise<SqliteStore> {
  const { folder } = options;
  const path = `${folder}/store.sqlite`;
  const { settleFixes = 200_000, settleAfter = 300_000 } = options;
  const { offset, epoch } = await threads.store.call("open", { path, settleFixes, settleAfter });
  const [end] = await Promise.all([
    threads.log.call("open", { path: `${folder}/log.sqlite`, floor: offset }),
    threads.reader.call("open", { path }),
  ]);
  const { maxBacklog = 200_000, batchPositions = 10_000 } = options;
  const log = new SqliteLog(threads.log, end, { maxBacklog, batchPositions });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await log.close();
    await threads.reader.close(() => threads.reader.call("close", null));
    await threads.store.close(() => threads.store.call("close", null));
    unlock();
  };
  return {
    log,
    results: new SqliteResults(threads.store, threads.reader),
    history: new SqliteHistory(threads.reader),
    past: new SqlitePast(threads.reader),
    devices: new SqliteDevices(threads.store, threads.reader),
    fences: new SqliteFences(threads.reader),
    definitions: new SqliteDefinitions(threads.reader),
    events: new SqliteEvents(threads.reader, epoch),
    targets: new SqliteTargets(threads.store, threads.reader),
    outbox: new SqliteOutbox(threads.store, threads.reader),
    tokens: new SqliteTokens(threads.store, threads.reader),
    sessions: new SqliteSessions(threads.store, threads.reader),
    members: new SqliteMembers(threads.store, threads.reader),
    invitations: new SqliteInvitations(threads.store, threads.reader),
    factors: new SqliteSecondFactors(threads.store, threads.reader),
    passkeys: new SqlitePasskeys(threads.store, threads.reader),
    identities: new SqliteIdentities(threads.store, threads.reader),
    audit: new SqliteAudit(threads.store, threads.reader),
    shares: new SqliteShares(threads.store, threads.reader),
    workspaces: new SqliteWorkspaces(threads.store, threads.reader),
    upkeep: new SqliteUpkeep(threads.store, threads.reader, folder),
    close: () => (closing ??= close()),
  };
}

/**
 * Opens the store in a data folder, makes it when there is none. Throws `storage_failed` that names what is wrong:
 * the folder is in use, a file is corrupt, of another program, or of a newer Whereabouts. Nothing is overwritten.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  mkdirSync(options.folder, { recursive: true });
  const unlock = lockFolder(options.folder);
  const threads = startThreads(options.logger);
  try {
    return await openWith(threads, options, unlock);
  } catch (error) {
    await stopThreads(threads);
    unlock();
    throw error;
  }
}
