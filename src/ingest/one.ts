import type { Principal } from "#ports";
import { Problem } from "#wire";
import { Batch } from "./batch.ts";
import type { Door, DoorOptions } from "./options.ts";
import type { TallyBody } from "./tally.ts";

/** Takes one raw position through a door that knows no batches; a refusal is the failure of the request. */
export const takeOne = async (
  options: DoorOptions,
  door: Door,
  sender: Principal,
  raw: unknown,
): Promise<TallyBody> => {
  const batch = new Batch(options, sender);
  try {
    batch.take(raw, 0);
    const tally = await batch.finish();
    if (tally.first !== undefined) throw new Problem(tally.first.code, tally.first.detail);
    return tally.toBody();
  } finally {
    const { accepted, duplicate, rejectedTotal } = batch.tally;
    options.count?.(door, { accepted, duplicate, rejected: rejectedTotal });
  }
};
