import type { Clock } from "#ports";
import { decodeCursor, type Event } from "#wire";
import { holds } from "../box.ts";
import type { Hub } from "../hub.ts";
import type { Message } from "../message.ts";
import type { LiveSettings } from "../settings.ts";
import type { Viewer } from "../viewer.ts";
import { decodeWatch, type Watch } from "../watch.ts";
import type { Dice } from "./dice.ts";
import type { Asked, FarClient } from "./far-client.ts";
import { FarLine } from "./far-line.ts";
import type { Truth } from "./truth.ts";
import { Witness } from "./witness.ts";
import { WORKSPACE } from "./world.ts";

/** What the server side of a connection is to know of the world. */
export interface ConnectionParts {
  readonly client: FarClient;
  readonly truth: Truth;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly settings: LiveSettings;
  /** The cursor that the client brings, and the reason for the `reset` that it must get for it. */
  readonly cursor: string | undefined;
  readonly due: string | undefined;
  /** Reads of the feed that failed so far, and those that are under way. */
  readonly reads: { readonly failed: number; readonly pending: number };
  readonly fail: (what: string) => void;
  readonly closed: (comeBack: boolean) => void;
}

/** One connection with both its ends, and the witness beside it. */
export class Connection {
  readonly client: FarClient;
  readonly line: FarLine;
  readonly witness: Witness;
  viewer: Viewer | undefined;
  /** Numbers of notices that must come. */
  readonly notices: number[] = [];
  readonly #parts: ConnectionParts;
  #hub: Hub | undefined;
  /** The client, or the server, is not there any more. */
  #lost = false;
  #crashed = false;
  /** In force at the server, and on their way to it. */
  #asked: Watch[] = [];
  #arrivesAt = 0;
  #from = 0;
  #failedReads = 0;

  constructor(parts: ConnectionParts) {
    const { client, truth, clock, dice, settings, reads, fail } = parts;
    this.#parts = parts;
    this.client = client;
    this.line = new FarLine(clock, dice, {
      handed: (message) => this.#handed(message),
      freed: () => this.viewer && this.#hub?.freed(this.viewer),
      arrived: (message) => {
        if (!this.#lost) client.read(message);
      },
      closed: (comeBack) => {
        if (this.#lost) return;
        this.lose();
        parts.closed(comeBack);
      },
    });
    this.witness = new Witness({
      truth,
      groups: client.groups,
      now: () => clock.now(),
      owed: () => (this.#lost ? new Set() : client.owed),
      fail,
      excuses: {
        tooSlow: () => this.line.inFlight > settings.maxInFlight || reads.pending > 0,
        tooMany: () => truth.world.feed.filter(({ seq }) => seq > this.#from).length > settings.maxReplay,
        forgotten: () => (truth.world.feed[0]?.seq ?? 0) > this.#from + 1,
        unavailable: () => reads.failed > this.#failedReads,
      },
    });
  }

  /** It is served: whatever happens is told. */
  get isWatching(): boolean {
    return !this.#lost && this.viewer?.watching === true && !this.viewer.closed;
  }

  get isQuiet(): boolean {
    const { viewer, line } = this;
    return this.isWatching && line.isEmpty && viewer?.queue.size === 0 && !viewer.replaying;
  }

  /** In force at the server. */
  get watch(): Watch | undefined {
    return this.witness.watch;
  }

  /** The client comes to a server. */
  open(hub: Hub): void {
    const { client, cursor, reads } = this.#parts;
    if (this.#lost) return;
    client.begin();
    client.owed.clear();
    this.#hub = hub;
    this.#failedReads = reads.failed;
    this.viewer = hub.join(
      { workspace: WORKSPACE, ...(client.groups && { groups: client.groups }) },
      this.line,
    );
    this.send(client.asked, cursor);
  }

  /** The client asks for a view, which comes to the server a little later. */
  send(asked: Asked, cursor: string | undefined): void {
    const { clock, dice } = this.#parts;
    const watch = decodeWatch({ ...asked, cursor });
    this.#asked.push(watch);
    this.reconsider();
    this.#arrivesAt = Math.max(this.#arrivesAt, clock.now() + dice.pick([0, 0, 30, 200]));
    clock.after(this.#arrivesAt - clock.now(), () => this.#arrive(watch));
  }

  happened(seq: number, event: Event): void {
    if (this.isWatching && this.#concerns(event)) this.client.owed.add(seq);
  }

  /** Something is true no more: what does not concern the client now need not be told to it. */
  reconsider(): void {
    const { client, truth } = this.#parts;
    if (this.#lost) return;
    for (const seq of client.owed) if (!this.#concerns(truth.events.get(seq)!)) client.owed.delete(seq);
  }

  /** The client has lost it. */
  lose(): void {
    this.#lost = true;
    this.line.cut();
    this.client.owed.clear();
  }

  /** The server has noticed. */
  leave(): void {
    if (this.viewer) this.#hub?.leave(this.viewer);
  }

  /** The server is gone. */
  crash(): void {
    this.#crashed = true;
    this.lose();
  }

  #arrive(watch: Watch): void {
    const { viewer, witness } = this;
    const { client, truth, cursor, due, fail } = this.#parts;
    if (!viewer || viewer.closed || !this.#hub || this.#crashed) return;
    this.#asked = this.#asked.slice(this.#asked.indexOf(watch));
    const first = !viewer.watching;
    if (first) {
      const place = cursor === undefined || due !== undefined ? undefined : decodeCursor(cursor)?.seq;
      const newest = truth.world.seq;
      // What is read back before it is announced is of the future to whoever goes by the announcements.
      const isAhead = place !== undefined && place > newest;
      this.#from = place === undefined || isAhead ? newest : place;
      witness.due = isAhead ? "cursor_ahead" : due;
      if (!this.#lost) {
        for (const { seq, event } of truth.world.feed) {
          if (seq > this.#from && this.#concerns(event)) client.owed.add(seq);
        }
      }
    }
    witness.watching(watch, this.#from);
    this.#hub.watch(viewer, watch);
    if (first && witness.due !== undefined) fail(`[LC3] no reset ${witness.due}`);
    this.reconsider();
  }

  #concerns(event: Event): boolean {
    const { client, truth } = this.#parts;
    const isInView = ({ events, box }: Watch): boolean =>
      events === "all" || holds(box, event.lon, event.lat);
    return truth.concerns(client.groups, event) && this.#asked.every(isInView);
  }

  #handed(message: Message): void {
    if (this.#crashed) return;
    if (message.name === "reset") this.#forgive(message);
    this.witness.handedOver(message, this.line.inFlight);
  }

  /** What lies before the cursor of a `reset` is lost, and the client knows; to one that was too slow nothing is. */
  #forgive({ body, cursor }: Message): void {
    const { client } = this.#parts;
    if (this.#lost || JSON.parse(body).reason === "too_slow" || cursor === undefined) return;
    const place = decodeCursor(cursor)?.seq ?? 0;
    for (const seq of client.owed) if (seq <= place) client.owed.delete(seq);
  }
}
