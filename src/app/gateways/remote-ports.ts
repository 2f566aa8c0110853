import type { Milliseconds } from "#geo";
import type { Access, Bus, Clock, Credentials, Events, Latest, News, Principal } from "#ports";
import { type DeviceId, type DeviceStatus, Problem, type WorkspaceId } from "#wire";
import type { FromGateway, Question, Questions, ToGateway } from "./letters.ts";

/**
 * A principal that nobody has watched for so long is let go of: its client left while it was let in. A workspace that nobody
 * watches is kept for twice as long as the live room keeps it, or as this.
 */
const UNWATCHED: Milliseconds = 60_000;

/** A principal that the server watches for somebody here. */
interface Held {
  readonly workspace: WorkspaceId;
  ended: boolean;
  tell?: () => void;
}

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
  readonly #opening: Map<WorkspaceId, Promise<void>> = new Map();
  readonly #handlers: Set<(news: News) => void> = new Set();
  /** What to call when a principal is no longer valid; undefined when it is not watched yet. */
  readonly #grips: Map<number, Held> = new Map();
  /** How many grips there are of each workspace. */
  readonly #watched: Map<WorkspaceId, number> = new Map();
  /** How to keep workspaces that nobody watches and that are about to be forgotten. */
  readonly #leaving: Map<WorkspaceId, () => void> = new Map();
  readonly #keep: Milliseconds;
  readonly #gripOf: WeakMap<Principal, number> = new WeakMap();
  #seq: number;
  #asked = 0;

  constructor(
    { epoch, seq, settings }: Extract<ToGateway, { kind: "open" }>,
    clock: Clock,
    send: (letter: FromGateway) => void,
  ) {
    this.#send = send;
    this.#clock = clock;
    this.#seq = seq;
    this.#keep = 2 * (settings.keepUnwatched ?? UNWATCHED);
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
      case "states":
        this.#noteStates(letter.workspace, letter.devices);
        break;
      case "news":
        this.#seq = letter.seq;
        this.#note(letter.news);
        for (const handler of this.#handlers) handler(letter.news);
        break;
      case "answer":
        this.#seq = letter.seq;
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
    const { workspace } = principal;
    this.#grips.set(grip, { workspace, ended: false });
    this.#watched.set(workspace, (this.#watched.get(workspace) ?? 0) + 1);
    this.#clock.after(UNWATCHED, () => {
      if (this.#grips.get(grip)?.tell === undefined) this.#release(grip);
    });
    await this.#open(workspace);
    return principal;
  }

  #open(workspace: WorkspaceId): Promise<void> {
    this.#stay(workspace);
    let opening = this.#opening.get(workspace);
    if (opening === undefined) {
      // There before the first letter about it is read: states, and right behind them news.
      this.#states.set(workspace, new Map());
      opening = this.#ask("states", workspace);
      this.#opening.set(workspace, opening);
    }
    return opening;
  }

  #noteStates(workspace: WorkspaceId, devices: readonly DeviceStatus[]): void {
    const states = this.#states.get(workspace);
    for (const status of devices) states?.set(status.device, status);
  }

  /** Somebody watches the workspace, or may in a moment. */
  #stay(workspace: WorkspaceId): void {
    this.#leaving.get(workspace)?.();
    this.#leaving.delete(workspace);
  }

  /** The last has left: the workspace is forgotten later than by the live room, which goes on from it until then. */
  #leave(workspace: WorkspaceId): void {
    this.#stay(workspace);
    const cancel = this.#clock.after(this.#keep, () => {
      this.#leaving.delete(workspace);
      this.#states.delete(workspace);
      this.#opening.delete(workspace);
      this.#watched.delete(workspace);
      this.#send({ kind: "forget", workspace });
    });
    this.#leaving.set(workspace, cancel);
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
    const held = this.#grips.get(grip);
    if (held === undefined) return;
    this.#grips.delete(grip);
    this.#send({ kind: "release", grip });
    const others = (this.#watched.get(held.workspace) ?? 1) - 1;
    this.#watched.set(held.workspace, others);
    if (others === 0) this.#leave(held.workspace);
  }

  /** Takes news into the states, before anybody hears of them. */
  #note(news: News): void {
    const states = this.#states.get(news.workspace);
    if (states === undefined) return;
    if (news.kind === "moved") for (const status of news.devices) states.set(status.device, status);
    if (news.kind === "device-deleted") states.delete(news.device);
  }
}
