import type { Access, Bus, Clock, Credentials, Events, Latest, News, Principal } from "#ports";
import { type DeviceId, type DeviceStatus, Problem, type WorkspaceId } from "#wire";
import type { FromGateway, Question, Questions, ToGateway } from "./letters.ts";

/** A principal that nobody has watched for so long, in milliseconds, is let go of: its client left while it was let in. */
const UNWATCHED = 30_000;

/** The ports of the live room in a gateway: what it asks for it gets from the server, what is new comes by itself. */
export class RemotePorts {
  readonly access: Access;
  readonly events: Events;
  readonly latest: Latest;
  readonly bus: Bus;
  readonly #send: (letter: FromGateway) => void;
  readonly #clock: Clock;
  readonly #waiting: Map<number, PromiseWithResolvers<unknown>> = new Map();
  readonly #states: Map<WorkspaceId, Map<DeviceId, DeviceStatus>> = new Map();
  /** Workspaces whose states were asked for, by the question. */
  readonly #statesAsked: Map<number, WorkspaceId> = new Map();
  readonly #opening: Map<WorkspaceId, Promise<void>> = new Map();
  readonly #handlers: Set<(news: News) => void> = new Set();
  /** What to call when a principal is no longer valid; undefined when it is not watched yet. */
  readonly #grips: Map<number, { ended: boolean; tell?: () => void }> = new Map();
  readonly #gripOf: WeakMap<Principal, number> = new WeakMap();
  #seq: number;
  #asked = 0;

  constructor(
    { epoch, seq }: Extract<ToGateway, { kind: "open" }>,
    clock: Clock,
    send: (letter: FromGateway) => void,
  ) {
    this.#send = send;
    this.#clock = clock;
    this.#seq = seq;
    this.events = {
      epoch,
      list: (query) => this.#ask("list", query),
      get: (workspace, event) => this.#ask("get", { workspace, event }),
    };
    this.latest = this.#latest();
    this.access = {
      identify: (credentials) => this.#identify(credentials),
      watch: (principal, ended) => this.#watch(principal, ended),
    };
    this.bus = {
      publish: () => {
        throw new TypeError("a gateway has no news of its own");
      },
      subscribe: (handler) => {
        this.#handlers.add(handler);
        return () => void this.#handlers.delete(handler);
      },
    };
  }

  /** A letter of the server has come. */
  take(letter: ToGateway): void {
    switch (letter.kind) {
      case "news":
        this.#seq = letter.seq;
        this.#note(letter.news);
        for (const handler of this.#handlers) handler(letter.news);
        break;
      case "answer":
        this.#seq = letter.seq;
        this.#noteStates(letter.id, letter.value);
        this.#settle(letter.id)?.resolve(letter.value);
        break;
      case "refuse":
        this.#settle(letter.id)?.reject(new Problem(letter.code, letter.detail));
        break;
      case "ended":
        this.#end(letter.grip);
        break;
      case "open":
      case "close":
        break;
    }
  }

  #latest(): Latest {
    const states = this.#states;
    const seq = (): number => this.#seq;
    return {
      get: (workspace, device) => states.get(workspace)?.get(device),
      all: (workspace) => states.get(workspace)?.values() ?? [],
      count: (workspace) => states.get(workspace)?.size ?? 0,
      get seq() {
        return seq();
      },
    };
  }

  #ask<Name extends keyof Questions>(
    what: Name,
    about: Questions[Name]["ask"],
  ): Promise<Questions[Name]["answer"]> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#send({ kind: "ask", id, what, about } as Question);
    // The server answers each question by its kind.
    return answer.promise as Promise<Questions[Name]["answer"]>;
  }

  #settle(id: number): PromiseWithResolvers<unknown> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Whoever is let in finds the live state of the workspace here. */
  async #identify(credentials: Credentials): Promise<Principal | undefined> {
    const found = await this.#ask("identify", credentials);
    if (found === undefined) return undefined;
    const { principal, grip } = found;
    this.#gripOf.set(principal, grip);
    this.#grips.set(grip, { ended: false });
    this.#clock.after(UNWATCHED, () => {
      if (this.#grips.get(grip)?.tell === undefined) this.#release(grip);
    });
    await this.#open(principal.workspace);
    return principal;
  }

  #open(workspace: WorkspaceId): Promise<void> {
    let opening = this.#opening.get(workspace);
    if (opening === undefined) {
      opening = this.#fetchStates(workspace);
      this.#opening.set(workspace, opening);
    }
    return opening;
  }

  async #fetchStates(workspace: WorkspaceId): Promise<void> {
    const answer = this.#ask("states", workspace);
    this.#statesAsked.set(this.#asked, workspace);
    await answer;
  }

  /** States are there before the next letter is read, which may be news of them. */
  #noteStates(id: number, value: unknown): void {
    const workspace = this.#statesAsked.get(id);
    if (workspace === undefined || !this.#statesAsked.delete(id)) return;
    const all = value as Questions["states"]["answer"];
    this.#states.set(workspace, new Map(all.map((status) => [status.device, status])));
  }

  #watch(principal: Principal, ended: () => void): () => void {
    const grip = this.#gripOf.get(principal);
    const held = grip === undefined ? undefined : this.#grips.get(grip);
    if (grip === undefined || held === undefined || held.ended) {
      queueMicrotask(ended);
      return () => undefined;
    }
    held.tell = ended;
    return () => this.#release(grip);
  }

  #end(grip: number): void {
    const held = this.#grips.get(grip);
    if (held === undefined) return;
    held.ended = true;
    held.tell?.();
  }

  #release(grip: number): void {
    if (this.#grips.delete(grip)) this.#send({ kind: "release", grip });
  }

  /** Takes news into the states, before anybody hears of them. */
  #note(news: News): void {
    const states = this.#states.get(news.workspace);
    if (states === undefined) return;
    if (news.kind === "moved") for (const status of news.devices) states.set(status.device, status);
    if (news.kind === "device-deleted") states.delete(news.device);
  }
}
