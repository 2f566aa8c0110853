import type { FenceExplanation, PendingChange, PositionExplanation } from "#ports";
import { encodePosition, formatTime, type PositionBody } from "#wire";

/** A change that is not confirmed, in answers. */
export type PendingBody = Omit<PendingChange, "time" | "fix"> & {
  readonly time: string;
  readonly fix: string;
};

/** What a fence makes of a position, in answers. */
export type FenceExplanationBody = Omit<FenceExplanation, "pending"> & { readonly pending?: PendingBody };

/** What the layers make of a position, in answers. */
export interface PositionExplanationBody {
  readonly fix: PositionBody;
  readonly track: PositionExplanation["track"];
  readonly fences: readonly FenceExplanationBody[];
}

const encodeFence = ({ pending, ...rest }: FenceExplanation): FenceExplanationBody => ({
  ...rest,
  ...(pending !== undefined && {
    pending: { ...pending, time: formatTime(pending.time), fix: formatTime(pending.fix) },
  }),
});

/** An explanation as it leaves the server; times in RFC 3339 UTC. */
export const encodeExplanation = ({ fix, track, fences }: PositionExplanation): PositionExplanationBody => ({
  fix: encodePosition(fix),
  track,
  fences: fences.map(encodeFence),
});
