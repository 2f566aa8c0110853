import type { Crowd, DeviceId } from "#wire";
import type { Delivery, LineState, LiveFrame, LivePosition, Moves, SaidName, SharedName } from "./moves.ts";

/** Messages that wait for a page at most; one that is further behind is told to load its lists again. */
const MOST_SAID = 5_000;

/**
 * Collects what a line says until its page has time for it: of each device the newest position, and every message. What
 * waits is bounded by what is in view, however long the page takes.
 */
export class Gatherer {
  /** Numbers of the devices that the page knows. */
  readonly #numbers = new Map<DeviceId, number>();
  readonly #free: number[] = [];
  #next = 0;
  readonly #put = new Map<DeviceId, LivePosition>();
  /** Devices that the page knows and is to forget, before it takes the positions. */
  readonly #gone = new Set<DeviceId>();
  /** Devices of the snapshot that is arriving. */
  #snapshot: Set<DeviceId> | undefined;
  #said: [SaidName, unknown][] = [];
  readonly #names = new Map<DeviceId, string>();
  #crowds: readonly Crowd[] | undefined;
  #crowdsKey = "";
  #state: LineState | undefined;
  #over: Delivery["over"];

  /** Takes a frame; `crowds`: the cells that hold more devices than are sent, as they are after it. */
  frame({ positions, gone, snapshot, more }: LiveFrame, crowds: readonly Crowd[] = []): void {
    if (snapshot) this.#snapshot = new Set();
    for (const device of gone) this.#leave(device);
    for (const position of positions) {
      this.#put.set(position.device, position);
      this.#snapshot?.add(position.device);
    }
    if (!more && this.#snapshot) this.#keepOnly(this.#snapshot);
    if (!more) this.#crowd(crowds);
  }

  /** Takes a message that is told as it is. */
  say(name: SaidName, body: unknown): void {
    if (this.#said.length >= MOST_SAID) this.#said = [["reset", {}]];
    else this.#said.push([name, body]);
  }

  /** Takes names of devices of a share link. */
  name(names: readonly SharedName[]): void {
    for (const { device, name } of names) this.#names.set(device, name);
  }

  /** The line is in another state. */
  turn(state: LineState): void {
    this.#state = state;
  }

  /** The line is over, and why. */
  end(how: NonNullable<Delivery["over"]>): void {
    this.#over = how;
  }

  /** Everything that has come since the last time; undefined when nothing has. */
  take(): Delivery | undefined {
    const moves = this.#takeMoves();
    const delivery: Delivery = {
      ...(this.#state && { state: this.#state }),
      ...(moves && { moves }),
      ...(this.#crowds && { crowds: this.#crowds }),
      ...(this.#names.size > 0 && { names: Array.from(this.#names, ([device, name]) => ({ device, name })) }),
      ...(this.#said.length > 0 && { said: this.#said }),
      ...(this.#over && { over: this.#over }),
    };
    this.#state = this.#crowds = this.#over = undefined;
    this.#names.clear();
    this.#said = [];
    return Object.keys(delivery).length > 0 ? delivery : undefined;
  }

  #leave(device: DeviceId): void {
    this.#put.delete(device);
    if (this.#numbers.has(device)) this.#gone.add(device);
  }

  #keepOnly(devices: ReadonlySet<DeviceId>): void {
    for (const device of this.#put.keys()) if (!devices.has(device)) this.#put.delete(device);
    for (const device of this.#numbers.keys()) if (!devices.has(device)) this.#gone.add(device);
    this.#snapshot = undefined;
  }

  #crowd(crowds: readonly Crowd[]): void {
    const key = crowds.map(({ west, south, hidden, shown }) => [west, south, hidden, shown].join()).join(";");
    if (key === this.#crowdsKey) return;
    this.#crowdsKey = key;
    this.#crowds = crowds;
  }

  #takeMoves(): Moves | undefined {
    const count = this.#put.size;
    if (count === 0 && this.#gone.size === 0) return undefined;
    const gone = Uint32Array.from(this.#gone, (device) => this.#release(device));
    this.#gone.clear();
    const named: DeviceId[] = [];
    const numbers: number[] = [];
    const device = new Uint32Array(count);
    const [time, lon, lat] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    const [speed, course] = [new Float32Array(count), new Float32Array(count)];
    let at = 0;
    for (const position of this.#put.values()) {
      let number = this.#numbers.get(position.device);
      if (number === undefined) {
        number = this.#free.pop() ?? this.#next++;
        this.#numbers.set(position.device, number);
        named.push(position.device);
        numbers.push(number);
      }
      device[at] = number;
      time[at] = position.time;
      lon[at] = position.lon;
      lat[at] = position.lat;
      speed[at] = position.speed ?? NaN;
      course[at] = position.course ?? NaN;
      at++;
    }
    this.#put.clear();
    return { gone, named, numbers: Uint32Array.from(numbers), device, time, lon, lat, speed, course };
  }

  /** Takes a number back; the page forgets it before it reads of its next owner. */
  #release(device: DeviceId): number {
    const number = this.#numbers.get(device) ?? 0;
    this.#numbers.delete(device);
    this.#free.push(number);
    return number;
  }
}
