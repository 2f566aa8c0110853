import type { Position, PositionsMode, WorkspaceId } from "#wire";

/** Where positions come from, as far as it matters for what is done with them. */
export interface Submission {
  readonly workspace: WorkspaceId;
  readonly mode: PositionsMode;
  /** May unknown devices register themselves? */
  readonly register: boolean;
  readonly positions: readonly Position[];
}

/** What became of each position. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicate: number;
  /** Indexes into the submission of positions refused because their device is unknown. */
  readonly unknown: readonly number[];
}

/** The one way in for positions, whatever the door. */
export interface Intake {
  /**
   * Resolves once everything accepted is durable. Rejects with `overloaded`, `storage_full`,
   * `storage_failed` or `shutting_down`, and then nothing of the submission counts as acknowledged.
   */
  submit(submission: Submission): Promise<Receipt>;
}
