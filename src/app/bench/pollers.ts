import { LightAsker } from "./light-asker.ts";
import { SLOWEST } from "./member.ts";

/** Who polls what. */
export interface PollPlan {
  readonly port: number;
  readonly token: string;
  /** Source address of the connections. */
  readonly from: string;
  /** What each viewer asks for, once a second. */
  readonly paths: readonly string[];
  /** One viewer in so many looks into what it gets; the others count bytes. */
  readonly sample: number;
}

/** What a process of pollers is told to do; it answers each order once. */
export type PollOrder =
  | ({ readonly do: "poll" } & PollPlan)
  /** Counts from now on. */
  | { readonly do: "count" }
  /** Answers what was counted. */
  | { readonly do: "report" };

/** What was counted. */
export interface PollCounts {
  readonly answers: number;
  /** Answers of another status than 200, and connections that ended. */
  readonly failed: number;
  readonly bytes: number;
  /** How many positions were so many milliseconds old when they were first seen; the last entry holds all older ones. */
  readonly ages: readonly number[];
}

/** The answer to an order. */
export interface PollAnswer {
  readonly counts?: PollCounts;
  readonly error?: string;
}

/** Milliseconds between two looks at who is due, and between two requests of a viewer. */
const [LOOK, EACH] = [5, 1_000];

interface Listed {
  readonly devices: readonly { readonly id: string; readonly position?: { readonly time: string } }[];
}

/** Viewers who ask for a list each second, spread evenly over it. */
export class Pollers {
  readonly #paths: readonly string[];
  readonly #askers: readonly LightAsker[];
  readonly #timer: NodeJS.Timeout;
  readonly #ages = new Uint32Array(SLOWEST);
  #counting = false;
  #answers = 0;
  #failed = 0;
  #bytesBefore = 0;

  constructor({ paths, sample, ...order }: PollPlan) {
    this.#paths = paths;
    this.#askers = paths.map((_path, i) => {
      const look = i % sample === 0 ? this.#looker() : undefined;
      return new LightAsker(order, {
        answered: (status, body) => this.#answered(status, body, look),
        lost: () => this.#failed++,
      });
    });
    const from = performance.now();
    let done = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - from) / EACH) * paths.length);
      for (; done < due; done++) this.#turn(done % paths.length);
    }, LOOK);
  }

  count(): void {
    this.#ages.fill(0);
    [this.#answers, this.#failed] = [0, 0];
    this.#bytesBefore = this.#bytes();
    this.#counting = true;
  }

  report(): PollCounts {
    this.#counting = false;
    return {
      answers: this.#answers,
      failed: this.#failed,
      bytes: this.#bytes() - this.#bytesBefore,
      ages: [...this.#ages],
    };
  }

  close(): void {
    clearInterval(this.#timer);
    for (const asker of this.#askers) asker.close();
  }

  /** A sensible client does not ask again before it is answered. */
  #turn(which: number): void {
    const asker = this.#askers[which];
    const path = this.#paths[which];
    if (asker?.waiting === false && path !== undefined) asker.get(path);
  }

  #answered(status: number, body: Buffer, look: ((body: Buffer) => void) | undefined): void {
    if (status !== 200) this.#failed++;
    else {
      this.#answers++;
      look?.(body);
    }
  }

  /** Looks which positions are new to a viewer, and how old they are by now. */
  #looker(): (body: Buffer) => void {
    const known = new Map<string, string>();
    return (body) => {
      const now = Date.now();
      const { devices } = JSON.parse(body.toString()) as Listed;
      for (const { id, position } of devices) {
        if (position === undefined || known.get(id) === position.time) continue;
        known.set(id, position.time);
        if (!this.#counting) continue;
        const age = Math.max(0, Math.min(SLOWEST - 1, now - Date.parse(position.time)));
        this.#ages[age] = (this.#ages[age] ?? 0) + 1;
      }
    };
  }

  #bytes(): number {
    return this.#askers.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }
}
