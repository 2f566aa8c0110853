import type { EpochMs } from "#geo";
import type { Flight } from "./flight.ts";

/**
 * Times of one device that were let in and are not committed yet, each with the entry that carries it. Most devices
 * never have two at once, so the first has a place of its own and a table is only made for more.
 */
export class UnderWay {
  #time: EpochMs = 0;
  #flight: Flight | undefined;
  #more: Map<EpochMs, Flight> | undefined;

  get(time: EpochMs): Flight | undefined {
    return this.#flight !== undefined && this.#time === time ? this.#flight : this.#more?.get(time);
  }

  add(time: EpochMs, flight: Flight): void {
    if (this.#flight === undefined) {
      this.#time = time;
      this.#flight = flight;
    } else (this.#more ??= new Map()).set(time, flight);
  }

  /** Was it there? */
  delete(time: EpochMs): boolean {
    if (this.#flight === undefined || this.#time !== time) return this.#more?.delete(time) === true;
    this.#flight = undefined;
    return true;
  }

  /** The newest of `time` and all that is under way. */
  newest(time: EpochMs): EpochMs {
    let newest = this.#flight === undefined ? time : Math.max(time, this.#time);
    if (this.#more !== undefined) for (const one of this.#more.keys()) if (one > newest) newest = one;
    return newest;
  }

  /** Is anything of it on disk? */
  get isDurable(): boolean {
    let durable = this.#flight?.durable === true;
    if (this.#more !== undefined) for (const flight of this.#more.values()) durable ||= flight.durable;
    return durable;
  }
}
