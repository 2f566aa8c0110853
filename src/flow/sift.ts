import type { EpochMs } from "#geo";
import type { Submission } from "#ports";
import type { DeviceId, Position } from "#wire";
import { type Admitted, letIn, type AdmittedTimes } from "./admitted.ts";
import type { Answers } from "./answers.ts";
import { Flight } from "./flight.ts";

/** Positions that will be one entry of the log. */
export interface Load {
  readonly flight: Flight;
  readonly positions: Position[];
  /** Devices that it registers, if it gets to the disk. */
  readonly registers: DeviceId[];
}

/** A submission sorted into what is new, what is known, and whom nobody knows. */
export interface Sifted {
  readonly loads: readonly Load[];
  readonly accepted: number;
  readonly duplicate: number;
  readonly unknown: readonly number[];
  /** Other submissions' entries that hold the originals of duplicates and are not on disk yet. */
  readonly originals: ReadonlySet<Flight>;
}

/** Times of a device that only the history can tell about. */
export type Asked = ReadonlyMap<DeviceId, EpochMs[]>;

/** Could the history hold the time, as far as is known here? */
const isDoubtful = (before: Admitted, time: EpochMs): boolean =>
  time < before.committed && before.pending.get(time) === undefined;

/** What has to be asked before `sift` can decide; undefined when nothing is, as for everything new. */
export function findDoubtful(
  { workspace, positions }: Submission,
  admitted: AdmittedTimes,
  answers: Answers | undefined,
): Asked | undefined {
  const devices = admitted.devices(workspace);
  let asked: Map<DeviceId, EpochMs[]> | undefined;
  for (const { device, time } of positions) {
    const before = devices.get(device);
    if (before === undefined || !isDoubtful(before, time)) continue;
    if (answers?.known(device, time) !== undefined) continue;
    const times = (asked ??= new Map()).get(device);
    if (times === undefined) asked.set(device, [time]);
    else times.push(time);
  }
  return asked;
}

/**
 * Sorts a submission against what was let in before, and lets in what is new, in one turn: of two equal positions,
 * in one submission or in two, exactly one is let in. `findDoubtful` must have found nothing in the same turn.
 */
export function sift(
  { workspace, register, positions }: Submission,
  admitted: AdmittedTimes,
  answers: Answers | undefined,
  entryPositions: number,
): Sifted {
  const devices = admitted.devices(workspace);
  const loads: Load[] = [];
  const unknown: number[] = [];
  const originals = new Set<Flight>();
  let load: Load | undefined;
  let accepted = 0;
  let duplicate = 0;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index] as Position;
    const { device, time } = position;
    const before = devices.get(device);
    if (!register && before?.known !== true) {
      unknown.push(index);
      continue;
    }
    if (before !== undefined && time <= before.newest) {
      const flight = before.pending.get(time);
      if (flight !== undefined && !flight.durable) originals.add(flight);
      if (flight !== undefined || time === before.committed || answers?.known(device, time) === true) {
        duplicate++;
        continue;
      }
    }
    if (load === undefined || load.positions.length >= entryPositions) {
      load = { flight: new Flight(), positions: [], registers: [] };
      loads.push(load);
    }
    if (before?.known !== true) load.registers.push(device);
    if (before === undefined) admitted.let(workspace, position, load.flight);
    else letIn(before, time, load.flight);
    load.positions.push(position);
    accepted++;
  }
  return { loads, accepted, duplicate, unknown, originals };
}
