import { Problem, type Position, type WorkspaceId } from "#wire";
import type { Clock, Commit, History, Intake, Log, Receipt, Submission } from "#ports";
import { AdmittedTimes } from "./admitted.ts";
import { Answers, sift, type Sifted } from "./sift.ts";

/** What admission works with. */
export interface AdmissionParts {
  readonly log: Log;
  readonly history: History;
  readonly clock: Clock;
  readonly entryPositions: number;
  /** Throws the problem for which nothing may come in now. */
  readonly mustBeOpen: () => void;
}

/**
 * The way in: sorts out duplicates, appends the rest to the log, and answers when it is durable.
 *
 * Why the counts can be trusted: sifting and letting in happen in one turn of the event loop, so of two equal
 * positions exactly one is let in. The other waits for the log's barrier, which covers the entry of the first because
 * that was appended in the turn in which it was let in; if that append fails, so does the barrier, and neither is
 * acknowledged. A failed append takes its positions back in the same turn in which the failure is known, so that a
 * retry is let in.
 */
export class Admission implements Intake {
  readonly times: AdmittedTimes = new AdmittedTimes();
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  async submit(submission: Submission): Promise<Receipt> {
    const answers = new Answers();
    let sifted: Sifted;
    for (;;) {
      this.#parts.mustBeOpen();
      sifted = sift(submission, this.times, answers);
      if (sifted.ask.size === 0) break;
      await this.#ask(submission.workspace, sifted, answers);
    }
    // No `await` from the last sifting to the appends: see above.
    const { fresh, duplicate, unknown } = sifted;
    const written = this.#append(submission, fresh);
    if (duplicate > 0) written.push(this.#parts.log.barrier());
    const settled = await Promise.allSettled(written);
    const failed = settled.find((one) => one.status === "rejected");
    if (failed !== undefined) throw asProblem(failed.reason);
    return { accepted: fresh.length, duplicate, unknown };
  }

  /** What a commit holds, the history knows. */
  committed(commit: Commit): void {
    for (const { workspace, device } of commit.deletedDevices) this.times.forget(workspace, device);
    for (const { workspace, fix } of commit.fixes) this.times.commit(workspace, fix.device, fix.time);
  }

  async #ask(workspace: WorkspaceId, { ask }: Sifted, answers: Answers): Promise<void> {
    for (const [device, times] of ask) {
      answers.add(device, times, await this.#parts.history.known(workspace, device, times));
    }
  }

  #append({ workspace, mode }: Submission, fresh: readonly Position[]): Promise<unknown>[] {
    const { log, clock, entryPositions } = this.#parts;
    const written: Promise<unknown>[] = [];
    for (let start = 0; start < fresh.length; start += entryPositions) {
      const positions = fresh.slice(start, start + entryPositions);
      const at = clock.now();
      for (const position of positions) this.times.let(workspace, position);
      written.push(
        log.append({ kind: "positions", workspace, at, mode, positions }).catch((error: unknown) => {
          for (const position of positions) this.times.takeBack(workspace, position);
          throw error;
        }),
      );
    }
    return written;
  }
}

const asProblem = (error: unknown): Error =>
  error instanceof Problem
    ? error
    : new Problem("storage_failed", "The log did not take the positions", { cause: error });
