import { type LogEntry, Problem, type WorkspaceId } from "#wire";
import type { Clock, History, Intake, Log, Receipt, Submission } from "#ports";
import { AdmittedTimes } from "./admitted.ts";
import { Answers } from "./answers.ts";
import type { Trouble } from "./trouble.ts";
import { findDoubtful, sift, type Asked, type Load } from "./sift.ts";
import { Turns } from "./turns.ts";

/** What admission works with. */
export interface AdmissionParts {
  readonly log: Log;
  readonly history: History;
  readonly clock: Clock;
  readonly entryPositions: number;
  /** Told of every failure of the log, and of the success that ends it. */
  readonly trouble: Trouble;
  /** Throws the problem for which nothing may come in now, or nothing for this workspace. */
  readonly mustBeOpen: (workspace: WorkspaceId) => void;
}

/** A submission that was let in, and what it waits for before it is acknowledged. */
interface Admitting {
  readonly receipt: Receipt;
  readonly written: readonly Promise<void>[];
}

/** Questions to the history that one submission has under way at once. */
const ASKED_AT_ONCE = 64;

/**
 * The way in: sorts out duplicates, appends the rest to the log, and answers when it is durable.
 *
 * Why the counts can be trusted: sifting and letting in happen in one turn of the event loop, so of two equal
 * positions exactly one is let in. The other waits for the very entry that carries the first; if that fails, neither
 * is acknowledged. A failed append takes its positions back before anybody hears of the failure, so that a retry is
 * let in.
 */
export class Admission implements Intake {
  readonly times: AdmittedTimes = new AdmittedTimes();
  readonly #parts: AdmissionParts;
  readonly #turns: Turns = new Turns();
  /** Submissions that wait for the history; they are told of deletions meanwhile. */
  readonly #asking: Set<Answers> = new Set();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  async submit(submission: Submission): Promise<Receipt> {
    this.#parts.mustBeOpen(submission.workspace);
    const ahead = this.#turns.ahead(submission);
    // No `await` from the last look at what is known to the appends: see above.
    const isPlain = ahead === undefined && findDoubtful(submission, this.times, undefined) === undefined;
    const { receipt, written } = isPlain
      ? this.#admit(submission, undefined)
      : await this.#admitInTurn(submission, ahead);
    await allOf(written);
    return receipt;
  }

  /** Entries whose results are stored now, in the order of the log: what the history knows has changed. */
  committed(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === "positions") {
        for (const position of entry.positions) this.times.commit(entry.workspace, position);
      } else if (entry.kind === "device-delete") {
        this.times.forget(entry.workspace, entry.device);
        for (const answers of this.#asking) answers.erased(entry.workspace, entry.device);
      }
    }
  }

  /** Waits for who came before with the same devices, then for the history. */
  async #admitInTurn(
    submission: Submission,
    ahead: ReadonlySet<Promise<void>> | undefined,
  ): Promise<Admitting> {
    const leave = this.#turns.join(submission);
    const answers = new Answers(submission.workspace);
    this.#asking.add(answers);
    try {
      if (ahead !== undefined) await Promise.all(ahead);
      for (;;) {
        this.#parts.mustBeOpen(submission.workspace);
        const asked = findDoubtful(submission, this.times, answers);
        if (asked === undefined) return this.#admit(submission, answers);
        await this.#ask(answers, asked).catch(throwAsProblem);
      }
    } finally {
      this.#asking.delete(answers);
      leave();
    }
  }

  #admit(submission: Submission, answers: Answers | undefined): Admitting {
    const { workspace, mode } = submission;
    const { clock, entryPositions } = this.#parts;
    const sifted = sift(submission, this.times, answers, entryPositions);
    const { loads, accepted, duplicate, unknown, originals } = sifted;
    const at = clock.now();
    const written = loads.map((load) => {
      const { positions } = load;
      load.flight.written = this.#append(load, { kind: "positions", workspace, at, mode, positions });
      return load.flight.written;
    });
    for (const flight of originals) written.push(flight.written);
    return { receipt: { accepted, duplicate, unknown }, written };
  }

  async #append(
    { flight, positions, registers }: Load,
    entry: LogEntry & { kind: "positions" },
  ): Promise<void> {
    try {
      await this.#parts.log.append(entry);
      this.#parts.trouble.appended();
      flight.durable = true;
      for (const device of registers) this.times.know(entry.workspace, device);
    } catch (error) {
      this.#parts.trouble.appendFailed(error);
      this.times.takeBack(entry.workspace, positions);
      throw error;
    }
  }

  async #ask(answers: Answers, asked: Asked): Promise<void> {
    const { history } = this.#parts;
    const questions = [...asked];
    for (const [device, times] of questions) answers.ask(device, times);
    for (let start = 0; start < questions.length; start += ASKED_AT_ONCE) {
      await Promise.all(
        questions.slice(start, start + ASKED_AT_ONCE).map(async ([device, times]) => {
          answers.add(device, times, await history.known(answers.workspace, device, times));
        }),
      );
    }
  }
}

/** All of them, so that none goes on behind an answer; throws the first failure. */
async function allOf(written: readonly Promise<void>[]): Promise<void> {
  if (written.length === 1) await written[0]?.catch(throwAsProblem);
  else if (written.length > 1) {
    const settled = await Promise.allSettled(written);
    for (const one of settled) if (one.status === "rejected") throwAsProblem(one.reason);
  }
}

function throwAsProblem(error: unknown): never {
  if (error instanceof Problem) throw error;
  throw new Problem("storage_failed", "the positions could not be stored", { cause: error });
}
