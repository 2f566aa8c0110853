import type { EpochMs, Milliseconds } from "#geo";
import type { Outbox, TargetFigures as StoredFigures } from "#ports";
import type { BreakerState } from "./breaker.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** Figures of one target, or of all that are not listed. */
export interface TargetFigures extends Omit<StoredFigures, "oldestAt"> {
  /** Age of the oldest alert that waits; 0 when none does. */
  readonly oldestAge: Milliseconds;
  /** Messages under way. */
  readonly inFlight: number;
  /** Alerts in memory. */
  readonly held: number;
  /** `closed` unless it fails. */
  readonly breaker: BreakerState;
}

/** What `/metrics` shows of this room. */
export interface DeliverFigures {
  /** Every target that ever had an alert, at most 500; `others` sums up the rest, so that labels stay few. */
  readonly targets: readonly TargetFigures[];
  readonly others: Omit<TargetFigures, "workspace" | "target" | "breaker" | "failingSince"> | undefined;
  /** Outcomes that the store does not have yet. */
  readonly unrecorded: number;
}

/** Targets with figures of their own. */
const LISTED = 500;

const SUMMED = ["created", "queued", "sent", "failed", "dead", "dropped", "inFlight", "held"] as const;

function sumOf(rest: readonly TargetFigures[]): DeliverFigures["others"] {
  if (rest.length === 0) return undefined;
  const total = (key: (typeof SUMMED)[number]): number => rest.reduce((sum, one) => sum + one[key], 0);
  return {
    created: total("created"),
    queued: total("queued"),
    sent: total("sent"),
    failed: total("failed"),
    dead: total("dead"),
    dropped: total("dropped"),
    inFlight: total("inFlight"),
    held: total("held"),
    oldestAge: Math.max(...rest.map(({ oldestAge }) => oldestAge)),
  };
}

function withCourier(target: StoredFigures, dispatcher: Dispatcher, now: EpochMs): TargetFigures {
  const { oldestAt, ...stored } = target;
  const courier = dispatcher.courier(target);
  return {
    ...stored,
    oldestAge: oldestAt === undefined ? 0 : Math.max(0, now - oldestAt),
    inFlight: courier?.inFlight ?? 0,
    held: courier?.held ?? 0,
    breaker: courier?.breaker ?? "closed",
  };
}

/** Puts together what the store and the couriers know. */
export async function figuresOf(
  outbox: Pick<Outbox, "figures">,
  dispatcher: Dispatcher,
  now: EpochMs,
): Promise<DeliverFigures> {
  const { targets } = await outbox.figures();
  const all = targets.map((target) => withCourier(target, dispatcher, now));
  return {
    targets: all.slice(0, LISTED),
    others: sumOf(all.slice(LISTED)),
    unrecorded: dispatcher.unrecorded,
  };
}
