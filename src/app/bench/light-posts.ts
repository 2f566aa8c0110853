import { type AskOrder, LightAsker } from "./light-asker.ts";

interface Job {
  readonly path: string;
  readonly body: string;
  readonly done: (status: number) => void;
  /** It was sent before and not answered. */
  readonly again: boolean;
}

/** Connections on which the clients of a process send what they have to say; what finds none free waits. */
export class LightPosts {
  readonly #idle: LightAsker[] = [];
  readonly #waiting: Job[] = [];
  readonly #jobs: Map<LightAsker, Job> = new Map();

  constructor(order: AskOrder, connections: number) {
    for (let i = 0; i < connections; i++) {
      const asker: LightAsker = new LightAsker(order, {
        answered: (status) => this.#done(asker, status),
        lost: () => this.#lost(asker),
      });
      this.#idle.push(asker);
    }
  }

  /** `done` is called with the status of the answer, or 0 where there is none. */
  post(path: string, body: string, done: (status: number) => void): void {
    this.#waiting.push({ path, body, done, again: false });
    this.#next();
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const asker = this.#idle.pop();
      if (asker === undefined) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#jobs.set(asker, job);
      asker.post(job.path, job.body);
    }
  }

  #done(asker: LightAsker, status: number): void {
    const job = this.#jobs.get(asker);
    this.#jobs.delete(asker);
    this.#idle.push(asker);
    job?.done(status);
    this.#next();
  }

  /** A server may close a kept connection just as it is used again: one that was not answered is asked once more. */
  #lost(asker: LightAsker): void {
    const job = this.#jobs.get(asker);
    if (job === undefined || job.again) {
      this.#done(asker, 0);
      return;
    }
    this.#jobs.set(asker, { ...job, again: true });
    asker.post(job.path, job.body);
  }
}
