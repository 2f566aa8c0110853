import type { EpochMs } from "#geo";

/** Figures of a store for metrics and `doctor`. */
export interface StoreFigures {
  readonly fixes: number;
  readonly unsettledFixes: number;
  readonly segments: number;
  readonly events: number;
  readonly devices: number;
  readonly bytes: number;
}

/** Housekeeping of a store. */
export interface Upkeep {
  /** A consistent copy at `path` while the store works; refuses to overwrite. */
  backup(path: string): Promise<void>;
  /** Forgets fixes and events older than `before` and gives their disk back; answers how many fixes went. */
  forget(before: EpochMs): Promise<number>;
  figures(): Promise<StoreFigures>;
  /** Problems found in the files; empty when all is well. */
  check(): Promise<readonly string[]>;
}
