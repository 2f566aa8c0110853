import type { EventPage, EventQuery, Events } from "#ports";
import type { Event, EventId, WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";

/** The feed of events in `store.sqlite`. */
export class SqliteEvents implements Events {
  readonly epoch: string;
  readonly #reader: Remote<ReaderCalls>;

  constructor(reader: Remote<ReaderCalls>, epoch: string) {
    this.#reader = reader;
    this.epoch = epoch;
  }

  list(query: EventQuery): Promise<EventPage> {
    return this.#reader.call("events", query);
  }

  get(workspace: WorkspaceId, event: EventId): Promise<Event | undefined> {
    return this.#reader.call("event", { workspace, event });
  }
}
