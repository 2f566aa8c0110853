import { decodeCursor } from "#wire";
import { toBox } from "../box.ts";
import type { Message } from "../message.ts";
import { Picture } from "./picture.ts";
import type { Groups } from "./truth.ts";
import { viewOf } from "./ws-client.ts";

/** What a client asks for, as it says it. */
export interface Asked {
  readonly bbox: readonly number[];
  readonly zoom?: number;
  readonly events: "view" | "all";
  readonly format: "json" | "binary";
}

/** A moment that a client may go back to, as a program does that kept its state in a file. */
interface Bookmark {
  readonly cursor: string;
  readonly heard: number;
}

/** A program at the other end of the network: it applies what it is told as docs/protocol.md says, and keeps its cursor. */
export class FarClient {
  readonly groups: Groups;
  asked: Asked;
  picture: Picture = new Picture();
  cursor: string | undefined;
  /** Sequence numbers of the events that it has heard, in order. */
  readonly heard: number[] = [];
  /** Those that it must still hear, unless it is told `reset`. */
  readonly owed: Set<number> = new Set();
  readonly resets: string[] = [];
  readonly #bookmarks: Bookmark[] = [];
  readonly #fail: (what: string) => void;

  constructor(groups: Groups, asked: Asked, fail: (what: string) => void) {
    this.groups = groups;
    this.asked = asked;
    this.#fail = fail;
  }

  /** Place in the feed that it would go on from. */
  get place(): number | undefined {
    return this.cursor === undefined ? undefined : decodeCursor(this.cursor)?.seq;
  }

  /** A connection begins. */
  begin(): void {
    this.picture = new Picture();
    this.#look();
  }

  /** It wants another view from now on. */
  look(asked: Asked): void {
    this.asked = asked;
    this.#look();
  }

  read(message: Message): void {
    if (message.name === "positions") {
      this.cursor = this.picture.apply(message).cursor ?? this.cursor;
      return;
    }
    const body = JSON.parse(message.body);
    this.cursor = body.cursor ?? this.cursor;
    if (message.name === "event") this.#hear(Number(body.event.id.slice("event-".length)));
    if (message.name === "reset") this.#reset(body.reason);
  }

  /** It loads everything anew; what comes from here on is new to it. */
  #reset(reason: string): void {
    this.resets.push(reason);
    const place = this.place ?? 0;
    while ((this.heard.at(-1) ?? 0) > place) this.heard.pop();
  }

  /** Keeps where it is, to go back there some day. */
  bookmark(): void {
    if (this.cursor !== undefined) this.#bookmarks.push({ cursor: this.cursor, heard: this.heard.length });
  }

  /** Goes back to an earlier state of its own. */
  goBack(at: number): void {
    const mark = this.#bookmarks[Math.floor(at * this.#bookmarks.length)];
    if (!mark) return;
    this.cursor = mark.cursor;
    this.heard.length = Math.min(this.heard.length, mark.heard);
    // What it would go back to from there has not happened yet.
    this.#bookmarks.splice(this.#bookmarks.indexOf(mark) + 1);
  }

  #hear(seq: number): void {
    const last = this.heard.at(-1) ?? 0;
    if (seq <= last) this.#fail(`[LE1] [LC2] event-${seq} is heard after event-${last}`);
    this.heard.push(seq);
    this.owed.delete(seq);
  }

  #look(): void {
    this.picture.look(viewOf(toBox(this.asked.bbox)));
  }
}
