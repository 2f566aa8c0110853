import type { Fact as EngineFact, Mark } from "#wire";
import type { Finding } from "./finding.ts";

/** Something that has become true, or something raised by a timer that a fix disproves. */
export interface Fact {
  readonly kind: "raise" | "withdraw";
  readonly finding: Finding;
}

/** The watch that asked, and the fence that it is about. */
export type Asked = Pick<Finding, "watch" | "fence" | "fenceVersion">;

/** What a state machine has found, with what the flow knows of it; `place` stands in where the engine knows none. */
export function factOf(fact: EngineFact, place: Mark, by: Asked = {}): Fact {
  const { kind, type, time, fix, other } = fact;
  const { watch, fence = fact.fence, fenceVersion = fact.fenceVersion } = by;
  const { lon, lat } = fact.kind === "raise" ? fact : place;
  return {
    kind,
    finding: {
      type,
      ...(fence !== undefined && { fence }),
      ...(fenceVersion !== undefined && { fenceVersion }),
      ...(watch !== undefined && { watch }),
      ...(other !== undefined && { other }),
      time,
      fix,
      lon,
      lat,
    },
  };
}
