import type { Clock } from "#ports";
import type { Line } from "../line.ts";
import type { Message } from "../message.ts";
import type { Dice } from "./dice.ts";

/** Who is at the two ends of a line. */
export interface Ends {
  /** The server hands a message over, before it counts as in flight. */
  handed(message: Message): void;
  /** The network has taken something. */
  freed(): void;
  /** A message has come to the client. */
  arrived(message: Message): void;
  /** The client sees the connection end in order. */
  closed(comeBack: boolean): void;
}

/** Milliseconds that the last words of an ended line may take, as on the real ones. */
const LAST_WORDS = 1_000;

/**
 * A line through a network: messages are taken after a while, or at once from within `send`, and come to the client later
 * still, in order. It may stall, and drain late; it may be cut, and what was on its way is lost.
 */
export class FarLine implements Line {
  readonly transport = "far";
  inFlight = 0;
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #ends: Ends;
  /** Milliseconds that each message is under way, at most. */
  readonly #slowness: number;
  readonly #waiting: Message[] = [];
  #arrivesAt = 0;
  #taking = false;
  #stalled = false;
  #cut = false;
  #ended: boolean | undefined;

  constructor(clock: Clock, dice: Dice, ends: Ends) {
    this.#clock = clock;
    this.#dice = dice;
    this.#ends = ends;
    this.#slowness = dice.pick([0, 5, 40, 400]);
  }

  /** Nothing waits for the network. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#clock.now() >= this.#arrivesAt;
  }

  send(message: Message): void {
    if (this.#ended !== undefined) return;
    this.#ends.handed(message);
    this.inFlight += message.bytes;
    this.#waiting.push(message);
    if (this.#slowness === 0 && !this.#stalled) this.#take(Infinity);
    else this.#takeLater();
  }

  end(comeBack: boolean): void {
    if (this.#ended !== undefined) return;
    this.#ended = comeBack;
    this.#clock.after(LAST_WORDS, () => this.#close());
    this.#closeWhenEmpty();
  }

  stall(): void {
    this.#stalled = true;
  }

  /** The network takes what it is given again. */
  drain(): void {
    this.#stalled = false;
    this.#takeLater();
  }

  /** The connection breaks; neither end is told. */
  cut(): void {
    this.#cut = true;
  }

  #takeLater(): void {
    if (this.#taking || this.#stalled || this.#waiting.length === 0) return;
    this.#taking = true;
    this.#clock.after(this.#dice.below(this.#slowness + 1), () => {
      this.#taking = false;
      this.#take(this.#dice.chance(0.5) ? 1 : Infinity);
    });
  }

  #take(most: number): void {
    if (this.#stalled || this.#cut) return;
    for (const message of this.#waiting.splice(0, Math.min(most, this.#waiting.length))) {
      this.inFlight -= message.bytes;
      this.#later(() => this.#ends.arrived(message));
    }
    this.#takeLater();
    this.#closeWhenEmpty();
    this.#ends.freed();
  }

  /** Behind everything that is on its way. */
  #later(task: () => void): void {
    const now = this.#clock.now();
    this.#arrivesAt = Math.max(this.#arrivesAt, now + this.#dice.below(this.#slowness + 1));
    this.#clock.after(this.#arrivesAt - now, () => {
      if (!this.#cut) task();
    });
  }

  #closeWhenEmpty(): void {
    if (this.#ended !== undefined && this.#waiting.length === 0) this.#later(() => this.#close());
  }

  #close(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#ends.closed(this.#ended ?? true);
  }
}
