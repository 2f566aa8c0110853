import { CELL_BITS, MAX_CELL_LEVEL } from "#wire";
import type { Audience } from "./audience.ts";
import type { Box } from "./box.ts";
import { cellAt, cellsOf, levelFor } from "./cells.ts";
import { Channel } from "./channel.ts";
import type { Entry } from "./entry.ts";
import { Outlook } from "./outlook.ts";
import type { Places } from "./places.ts";

/** Cells are so much finer than the view: it touches at most 9 × 9 of them, and they hold little that it does not. */
const FINER = 3;
/** At zoom z the world is 512 · 2^z pixels wide; a step of the finest of `CELL_BITS` that is needed is an eighth of one. */
const EIGHTHS = 12;

/** What is looked at in channels. */
export interface Looking {
  readonly box: Box;
  /** Of the map, 0 to 30. */
  readonly zoom?: number;
  readonly audience: Audience;
}

/** The channels of a workspace that somebody looks at: what nobody looks at is neither kept nor encoded. */
export class Channels<Viewer> {
  readonly #places: Places;
  readonly #most: number;
  readonly #wake: (outlook: Outlook<Viewer>) => void;
  /** By level, then by cell. */
  readonly #levels: Map<number, Map<number, Channel<Outlook<Viewer>>[]>> = new Map();
  readonly #outlooks: Map<string, Outlook<Viewer>> = new Map();
  readonly #audiences: WeakMap<Audience, number> = new WeakMap();
  #audience = 0;
  readonly #free: number[] = [];
  #next = 0;
  /** Counts the changes. */
  #version = 0;

  /** `most`: devices that one channel sends. `wake` is called when there is something new for the viewers of an outlook. */
  constructor(places: Places, most: number, wake: (outlook: Outlook<Viewer>) => void) {
    this.#places = places;
    this.#most = most;
    this.#wake = wake;
  }

  get version(): number {
    return this.#version;
  }

  /** Channels that are open. */
  get size(): number {
    return this.#next - this.#free.length;
  }

  /** A viewer looks at a box from now on, until `close`. */
  open(viewer: Viewer, looking: Looking): Outlook<Viewer> {
    const level = Math.min(MAX_CELL_LEVEL, levelFor(looking.box) + FINER);
    const bits = bitsFor(level, looking.zoom);
    const cells = [...cellsOf(level, looking.box)];
    const key = `${this.#numberOf(looking.audience)} ${level} ${bits} ${cells[0]} ${cells.length} ${cells.at(-1)}`;
    let outlook = this.#outlooks.get(key);
    if (!outlook) {
      const channels = cells.map((cell) => this.#channel(level, cell, bits, looking.audience));
      outlook = new Outlook(key, channels);
      outlook.newest = this.#version;
      for (const channel of channels) channel.outlooks.push(outlook);
      this.#outlooks.set(key, outlook);
    }
    outlook.viewers.add(viewer);
    return outlook;
  }

  close(viewer: Viewer, outlook: Outlook<Viewer>): void {
    if (!outlook.viewers.delete(viewer) || outlook.viewers.size > 0) return;
    this.#outlooks.delete(outlook.key);
    for (const channel of outlook.channels) {
      channel.leave(outlook);
      if (channel.outlooks.length === 0) this.#closeChannel(channel);
    }
  }

  /** A device has moved, from a place where it may have been seen, or its groups have changed. */
  moved(entry: Entry, lon: number, lat: number): void {
    for (const [level, cells] of this.#levels) {
      const before = cellAt(level, lon, lat);
      const after = cellAt(level, entry.lon, entry.lat);
      for (const channel of cells.get(after) ?? []) {
        if (channel.key.audience.sees(entry.groups)) this.#put(channel, entry);
        else this.#drop(channel, entry);
      }
      if (before !== after) for (const channel of cells.get(before) ?? []) this.#drop(channel, entry);
    }
  }

  deleted(entry: Entry): void {
    for (const [level, cells] of this.#levels) {
      const there = cells.get(cellAt(level, entry.lon, entry.lat));
      for (const channel of there ?? []) this.#drop(channel, entry);
    }
  }

  #put(channel: Channel<Outlook<Viewer>>, entry: Entry): void {
    channel.put(entry, ++this.#version);
    this.#stir(channel);
  }

  #drop(channel: Channel<Outlook<Viewer>>, entry: Entry): void {
    if (!channel.has(entry)) return;
    channel.drop(entry, ++this.#version);
    this.#stir(channel);
  }

  #stir(channel: Channel<Outlook<Viewer>>): void {
    for (const outlook of channel.outlooks) {
      outlook.newest = this.#version;
      if (outlook.stirred) continue;
      outlook.stirred = true;
      this.#wake(outlook);
    }
  }

  #channel(level: number, cell: number, bits: number, audience: Audience): Channel<Outlook<Viewer>> {
    let cells = this.#levels.get(level);
    if (!cells) this.#levels.set(level, (cells = new Map()));
    let there = cells.get(cell);
    if (!there) cells.set(cell, (there = []));
    const open = there.find(({ key }) => key.bits === bits && key.audience === audience);
    if (open) return open;
    const id = this.#free.pop() ?? this.#next++;
    const channel = new Channel<Outlook<Viewer>>(
      id,
      { level, cell, bits, audience },
      this.#version,
      this.#most,
    );
    const seen = this.#places.inCell(level, cell).filter(({ groups }) => audience.sees(groups));
    for (const entry of spread(seen, this.#most)) channel.put(entry, this.#version);
    there.push(channel);
    return channel;
  }

  #closeChannel({ id, key: { level, cell, bits, audience } }: Channel<Outlook<Viewer>>): void {
    this.#free.push(id);
    const cells = this.#levels.get(level);
    const there = cells?.get(cell) ?? [];
    const left = there.filter(({ key }) => key.bits !== bits || key.audience !== audience);
    if (left.length > 0) cells?.set(cell, left);
    else cells?.delete(cell);
    if (cells?.size === 0) this.#levels.delete(level);
  }

  #numberOf(audience: Audience): number {
    let number = this.#audiences.get(audience);
    if (number === undefined) this.#audiences.set(audience, (number = this.#audience++));
    return number;
  }
}

/**
 * All entries, those first that are sent when there are more than `most`. They come place by place: taking the first
 * ones would leave all but a corner of a crowded cell empty.
 */
function* spread(entries: readonly Entry[], most: number): Generator<Entry, void> {
  const step = Math.max(1, Math.ceil(entries.length / most));
  for (let from = 0; from < step; from++) {
    for (let i = from; i < entries.length; i += step) {
      const entry = entries[i];
      if (entry) yield entry;
    }
  }
}

/** The fewest bits that show a step of no more than an eighth of a pixel; without a zoom, that of a view on a screen. */
function bitsFor(level: number, zoom: number | undefined): number {
  const need = EIGHTHS + (zoom ?? level - 2) - level;
  return CELL_BITS.find((bits) => bits >= need) ?? Math.max(...CELL_BITS);
}
