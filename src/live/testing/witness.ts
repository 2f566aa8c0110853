import { decodeCursor } from "#wire";
import { type Box, holds } from "../box.ts";
import type { Message } from "../message.ts";
import type { Watch } from "../watch.ts";
import { Picture } from "./picture.ts";
import type { Groups, Truth } from "./truth.ts";

/** Why a server may tell `reset`, beyond what the cursor says. */
export interface Excuses {
  tooSlow(): boolean;
  tooMany(): boolean;
  forgotten(): boolean;
  unavailable(): boolean;
}

/** What a witness needs. */
export interface WitnessParts {
  readonly truth: Truth;
  readonly groups: Groups;
  readonly now: () => number;
  readonly excuses: Excuses;
  /** Events that the client must still be told. */
  readonly owed: () => ReadonlySet<number>;
  readonly fail: (what: string) => void;
}

/** Stands beside the server on one connection, and holds each message against the truth in the moment it is handed over. */
export class Witness {
  /** All that was handed over: what the client would show if nothing were lost. */
  readonly picture: Picture = new Picture();
  readonly handed: Set<number> = new Set();
  readonly notices: number[] = [];
  /** Devices that it may know of: it could see them at some time. */
  readonly couldSee: Set<string> = new Set();
  /** In force at the server. */
  watch: Watch | undefined;
  /** The reason for `reset` that the cursor gives. */
  due: string | undefined;
  readonly #parts: WitnessParts;
  readonly #boxes: Box[] = [];
  #hadAll = false;
  #hadBinary = false;
  #lastSeq = -1;
  #changedAt = -Infinity;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** A `watch` has come to the server; `from`: the place in the feed that it goes on from. */
  watching(watch: Watch, from: number): void {
    const { truth, groups } = this.#parts;
    if (this.watch === undefined) this.#lastSeq = from;
    this.watch = watch;
    this.#boxes.push(watch.box);
    this.#hadAll ||= watch.events === "all";
    this.#hadBinary ||= watch.format === "binary";
    for (const { device } of truth.visible(groups, watch.box)) this.couldSee.add(device);
  }

  /** Something has happened to a device. */
  changed(device: string): void {
    const { truth, groups } = this.#parts;
    const status = truth.world.devices.get(device);
    if (this.watch && status && truth.isVisible(groups, this.watch.box, status)) this.couldSee.add(device);
  }

  /** `inFlight`: bytes that the network had not taken before. */
  handedOver(message: Message, inFlight: number): void {
    if (message.name === "positions") this.#positions(message, inFlight);
    const body = message.frame ? undefined : JSON.parse(message.body);
    if (message.name === "event") this.#event(body.event.id, body.cursor);
    else if (message.name === "reset") this.#reset(body.reason);
    else if (message.name === "device") this.#notice(body.device, body.name);
    else if (message.name === "fence") this.#notice(undefined, body.fence);
    if (message.cursor !== undefined) this.#cursor(message.cursor);
  }

  #positions(message: Message, inFlight: number): void {
    const { truth, groups, fail, now } = this.#parts;
    const { watch, picture } = this;
    if (!watch) return fail("[LV1] positions before a watch");
    if (inFlight > 0) fail(`[LB1] positions while ${inFlight} bytes were in flight`);
    const binary = message.frame !== undefined;
    if (binary !== (watch.format === "binary")) fail("[LH4] positions in a format that was not asked for");
    const { positions, gone, cursor, ofSnapshot, isWhole } = picture.apply(message);
    for (const device of positions) {
      const flaw = truth.flaw(groups, watch, device, picture.shown.get(device)!);
      if (flaw !== undefined) fail(flaw);
    }
    for (const device of gone) {
      // What goes into a crowded cell is gone from a binary picture, which is judged as a whole.
      if (binary) continue;
      const status = truth.world.devices.get(device);
      if (!this.couldSee.has(device)) fail(`[LA4] ${device} is gone, which could never be seen`);
      if (status && truth.isVisible(groups, watch.box, status)) fail(`[LV4] ${device} is gone, and is there`);
    }
    if (!ofSnapshot) {
      const gap = now() - this.#changedAt;
      // After a change of the format the last frame may have been a binary one.
      if (gap < (this.#hadBinary ? 75 : 100)) fail(`[LV3] [LF3] a frame ${gap} ms after the last`);
      this.#changedAt = now();
    }
    if (isWhole) for (const flaw of truth.flaws(groups, watch, picture)) fail(flaw);
    if (cursor !== message.cursor)
      fail(`[LC1] a frame has the cursor ${cursor}, its message ${message.cursor}`);
  }

  #event(id: string, cursor: string): void {
    const { truth, groups, fail } = this.#parts;
    const seq = Number(id.slice("event-".length));
    const event = truth.events.get(seq);
    if (!event || !this.watch) return fail(`[LE1] ${id} is told, which never happened`);
    if (!truth.mayHear(groups, event)) fail(`[LA5] ${id} of ${event.device} is told to who may not hear it`);
    if (!this.#hadAll && !this.#boxes.some((box) => holds(box, event.lon, event.lat)))
      fail(`[LE2] ${id} is out of view`);
    if (seq <= this.#lastSeq) fail(`[LE1] ${id} is told after event-${this.#lastSeq}`);
    if (decodeCursor(cursor)?.seq !== seq) fail(`[LC1] ${id} has the cursor ${cursor}`);
    this.#lastSeq = seq;
    this.handed.add(seq);
  }

  #reset(reason: string): void {
    const { excuses, fail } = this.#parts;
    const { due } = this;
    this.due = undefined;
    const isHonest =
      reason === due ||
      (reason === "too_slow" && excuses.tooSlow()) ||
      (reason === "too_many_missed" && excuses.tooMany()) ||
      (reason === "forgotten" && excuses.forgotten()) ||
      (reason === "unavailable" && excuses.unavailable());
    if (!isHonest) fail(`[LC3] reset ${reason}; ${due ?? "none"} expected`);
  }

  /** Numbered in the name of a device, or in the id of a fence. */
  #notice(device: string | undefined, text: string | undefined): void {
    const { truth, groups, fail } = this.#parts;
    if (device !== undefined && !truth.sees(groups, device)) fail(`[LA6] a notice of ${device}`);
    const number = Number(text?.replace(/^\w+ /, ""));
    if (Number.isNaN(number)) return;
    if (number <= (this.notices.at(-1) ?? -1)) fail(`[LE3] notice ${number} after ${this.notices.at(-1)}`);
    this.notices.push(number);
  }

  /** [LC1] Every event up to a cursor that concerns the client was handed over before. */
  #cursor(cursor: string): void {
    const place = decodeCursor(cursor)?.seq ?? Infinity;
    for (const seq of this.#parts.owed()) {
      if (seq <= place && !this.handed.has(seq)) this.#parts.fail(`[LC1] ${cursor} passes event-${seq}`);
    }
  }
}
