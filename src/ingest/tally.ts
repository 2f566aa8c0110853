import { Problem, type ErrorCode, type ProblemBody, type Refusal } from "#wire";

/** Most refusals that an answer lists one by one; `rejectedTotal` counts all of them. */
export const MAX_LISTED = 1000;

/** A position that was refused, by its place in the request. */
export interface Rejection extends Refusal {
  readonly index: number;
}

/** The answer to a request with positions. */
export interface TallyBody {
  readonly accepted: number;
  readonly duplicate: number;
  /** Ascending by index; the first 1,000. */
  readonly rejected: readonly Rejection[];
  /** How many were refused; only there when the list was cut. */
  readonly rejectedTotal?: number;
}

/** Counts what became of the positions of one request. */
export class Tally {
  accepted = 0;
  duplicate = 0;
  rejectedTotal = 0;
  readonly #rejected: Rejection[] = [];

  reject(index: number, { code, detail }: Refusal): void {
    this.rejectedTotal += 1;
    if (this.#rejected.length < MAX_LISTED) this.#rejected.push({ index, code, detail });
  }

  /** The first refusal, if any. */
  get first(): Rejection | undefined {
    return this.#rejected[0];
  }

  toBody(): TallyBody {
    // Unknown devices are only found when their chunk was taken, so they come out of order.
    const rejected = this.#rejected.toSorted((a, b) => a.index - b.index);
    const cut = this.rejectedTotal > rejected.length;
    const { accepted, duplicate, rejectedTotal } = this;
    return { accepted, duplicate, rejected, ...(cut && { rejectedTotal }) };
  }
}

/**
 * A request that could not be taken to its end. The body says what of it is durable; the sender may send all of
 * it again, because what is already there counts as duplicate.
 */
export class Interrupted extends Problem {
  readonly #tally: Tally;

  constructor(code: ErrorCode, detail: string, tally: Tally, options?: ErrorOptions) {
    super(code, detail, options);
    this.#tally = tally;
  }

  override toBody(): ProblemBody & TallyBody {
    return { ...super.toBody(), ...this.#tally.toBody() };
  }
}
