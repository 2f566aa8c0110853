import type { EpochMs } from "#geo";
import type { Mark } from "#wire";

/** The newest fix that a device has, and the one before it where a new one has just come. */
export interface Seen {
  readonly fix: Mark;
  readonly last?: Mark;
}

/** The last place known at or before a time; where both fixes are later, the older of them. */
export function placeAt({ fix, last }: Seen, time: EpochMs): Mark {
  return last === undefined || fix.time <= time ? fix : last;
}
