import type { Principal } from "#ports";
import {
  decodeReport,
  isRefusal,
  Problem,
  show,
  type Position,
  type PositionsMode,
  type Refusal,
} from "#wire";
import type { DoorOptions } from "./options.ts";
import { Interrupted, Tally } from "./tally.ts";

/** Most positions of one submission: one row of the log holds them, and one turn of the loop decodes them. */
export const CHUNK = 1000;

/** Submissions of one request that may wait for the disk at the same time; then the socket is not read. */
const WINDOW = 4;

/** The positions of one request on their way into the intake, in chunks and in order. */
export class Batch {
  readonly tally: Tally = new Tally();
  readonly #options: Pick<DoorOptions, "intake" | "clock">;
  readonly #sender: Principal;
  readonly #mode: PositionsMode;
  #positions: Position[] = [];
  #indexes: number[] = [];
  #flying = new Set<Promise<void>>();
  #failure: unknown;

  constructor(
    options: Pick<DoorOptions, "intake" | "clock">,
    sender: Principal,
    mode: PositionsMode = "live",
  ) {
    this.#options = options;
    this.#sender = sender;
    this.#mode = mode;
  }

  /** Decodes one report and keeps it for the next chunk, or counts it as refused. */
  take(value: unknown, index: number): void {
    const position = decodeReport(value, this.#options.clock.now());
    const own = this.#sender.device;
    if (isRefusal(position)) this.tally.reject(index, position);
    else if (own !== undefined && position.device !== own) {
      const detail = `device is ${show(position.device)}; this token is for ${show(own)} alone`;
      this.tally.reject(index, { code: "forbidden", detail });
    } else {
      this.#positions.push(position);
      this.#indexes.push(index);
    }
  }

  refuse(index: number, refusal: Refusal): void {
    this.tally.reject(index, refusal);
  }

  get full(): boolean {
    return this.#positions.length >= CHUNK;
  }

  /** Hands the kept positions on. Waits while too many chunks are on their way; throws once one has failed. */
  async send(): Promise<void> {
    if (this.#positions.length > 0) {
      const flight: Promise<void> = this.#submit().finally(() => this.#flying.delete(flight));
      this.#flying.add(flight);
    }
    while (this.#flying.size >= WINDOW) await Promise.race(this.#flying);
    if (this.#failure !== undefined) await this.finish();
  }

  /** Resolves once everything is durable. Throws `Interrupted` with what is, when a chunk has failed. */
  async finish(): Promise<Tally> {
    if (this.#failure === undefined && this.#positions.length > 0) await this.#submit();
    await Promise.all(this.#flying);
    const failure = this.#failure;
    if (failure === undefined) return this.tally;
    if (!(failure instanceof Problem)) throw failure;
    const { accepted, duplicate } = this.tally;
    const detail = `${failure.message}; ${accepted} accepted and ${duplicate} duplicate before that`;
    throw new Interrupted(failure.code, detail, this.tally, { cause: failure });
  }

  /** Never rejects: a failure is kept for `send` and `finish`, so that other chunks in flight are still counted. */
  async #submit(): Promise<void> {
    const positions = this.#positions;
    const indexes = this.#indexes;
    this.#positions = [];
    this.#indexes = [];
    const { workspace, register } = this.#sender;
    try {
      const receipt = await this.#options.intake.submit({ workspace, mode: this.#mode, register, positions });
      this.tally.accepted += receipt.accepted;
      this.tally.duplicate += receipt.duplicate;
      for (const at of receipt.unknown) {
        const detail = `there is no device ${JSON.stringify(positions[at]?.device)}, and the token may not register one`;
        this.tally.reject(indexes[at] ?? at, { code: "unknown_device", detail });
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }
}
