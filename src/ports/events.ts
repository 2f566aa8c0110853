import type { EpochMs } from "#geo";
import type { DeviceId, Event, EventId, EventType, FenceId, SequencedEvent, WorkspaceId } from "#wire";

/** Which events; every field narrows. `from` and `to` are inclusive bounds of the event's `time`. */
export interface EventQuery {
  readonly workspace: WorkspaceId;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly device?: DeviceId;
  readonly fence?: FenceId;
  readonly types?: readonly EventType[];
  /** Only events committed after this sequence number. */
  readonly after?: number;
  readonly limit: number;
  /** `newest` answers the last `limit` events, newest first; default is commit order, oldest first. */
  readonly order?: "oldest" | "newest";
}

/** One page of the feed. */
export interface EventPage {
  readonly events: readonly SequencedEvent[];
  /** Sequence number from which a reader goes on without missing any: last of the page, or end of the feed. */
  readonly end: number;
  /** True when the limit cut the page. */
  readonly more: boolean;
}

/** The feed of events, in the order of their commits. */
export interface Events {
  list(query: EventQuery): Promise<EventPage>;
  get(workspace: WorkspaceId, event: EventId): Promise<Event | undefined>;
  /** Names the feed; a cursor of another feed means `reset`. Random, made with the data folder. */
  readonly epoch: string;
}
