import type { EpochMs } from "#geo";
import type { Submission } from "#ports";
import type { DeviceId, Position } from "#wire";
import type { AdmittedTimes } from "./admitted.ts";

/** Times of a device that only the history can tell about. */
export type Asked = ReadonlyMap<DeviceId, readonly EpochMs[]>;

/** What the history answered: for each device asked about, which times it was asked and which it knows. */
export class Answers {
  readonly #asked: Map<DeviceId, Map<EpochMs, boolean>> = new Map();

  add(device: DeviceId, times: readonly EpochMs[], known: ReadonlySet<EpochMs>): void {
    let answers = this.#asked.get(device);
    if (answers === undefined) this.#asked.set(device, (answers = new Map()));
    for (const time of times) answers.set(time, known.has(time));
  }

  /** Undefined when nobody asked. */
  known(device: DeviceId, time: EpochMs): boolean | undefined {
    return this.#asked.get(device)?.get(time);
  }
}

/** A submission sorted into what is new, what is known, and whom nobody knows. */
export interface Sifted {
  readonly fresh: readonly Position[];
  readonly duplicate: number;
  readonly unknown: readonly number[];
  /** Must be asked of the history first; then sift again. Empty when the rest is final. */
  readonly ask: Asked;
}

/**
 * Sorts a submission against what was let in before. Changes nothing, so that it can be done again after the
 * history was asked. The first copy of a (device, time) wins.
 */
export function sift(submission: Submission, admitted: AdmittedTimes, answers: Answers): Sifted {
  const fresh: Position[] = [];
  const unknown: number[] = [];
  const ask = new Map<DeviceId, EpochMs[]>();
  const mine = new Map<DeviceId, Set<EpochMs>>();
  let duplicate = 0;
  for (const [index, position] of submission.positions.entries()) {
    const { device, time } = position;
    const before = admitted.get(submission.workspace, device);
    if (before === undefined && !submission.register) {
      unknown.push(index);
      continue;
    }
    let own = mine.get(device);
    if (own === undefined) mine.set(device, (own = new Set()));
    if (own.has(time) || before?.newest === time || before?.pending.has(time) === true) {
      duplicate++;
      continue;
    }
    // Newer than all that is stored: no need to ask.
    if (before !== undefined && time <= before.committed) {
      const known = answers.known(device, time);
      if (known === undefined) ask.set(device, [...(ask.get(device) ?? []), time]);
      if (known === true) {
        duplicate++;
        continue;
      }
    }
    own.add(time);
    fresh.push(position);
  }
  return { fresh, duplicate, unknown, ask };
}
