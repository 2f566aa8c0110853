import type { Access, Clock, Intake } from "#ports";

/** Doors for devices over HTTP; the name is the label in metrics. */
export type Door = "positions" | "osmand" | "owntracks";

/** What became of the positions of one request. */
export interface Outcome {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** What a door needs. */
export interface DoorOptions {
  readonly intake: Intake;
  readonly access: Access;
  readonly clock: Pick<Clock, "now">;
  /** Called once a request with what became of its positions; must not throw. */
  readonly count?: (door: Door, outcome: Outcome) => void;
}
