import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import type { EpochMs } from "#geo";
import type { LiveFigures, LiveSettings } from "#live";
import type { Access, Clock, Events, Latest } from "#ports";
import { Problem, type WorkspaceId } from "#wire";
import type { FromGateway, HandedOver, Question, ToGateway } from "./letters.ts";
import { Post } from "./post.ts";

/** What gateways are told of, and ask for. */
export interface GatewayPorts {
  readonly access: Access;
  readonly events: Events;
  readonly latest: Latest;
  readonly clock: Clock;
  readonly logger: {
    warn(about: object, message: string): void;
    error(about: object, message: string): void;
  };
}

const extension = import.meta.filename.endsWith(".ts") ? ".ts" : ".js";
const file = join(import.meta.dirname, "..", `gateway-process${extension}`);
/** A gateway that leaves so many bytes of letters untaken, and has said nothing for so many milliseconds, hangs and is ended. */
const [MOST_WAITING, SILENT] = [64 * 1024 * 1024, 15_000];
/** Devices in one letter of live states. */
const STATES = 1_000;
/** Megabytes of a half of the young generation: with V8's own 16 the young of seven gateways weigh as much as 30,000 sockets. */
const YOUNG = "--max-semi-space-size=2";
/** Milliseconds in which a gateway must have ended. */
const END_TIME = 5_000;

/** A gateway as the server sees it. */
export class Gateway {
  readonly #process: ChildProcess;
  readonly #ports: GatewayPorts;
  readonly #post: Post<ToGateway, FromGateway>;
  readonly #exit: Promise<void>;
  readonly #ended: (how: string) => void;
  /** Workspaces whose news it is told. */
  readonly #told: Set<WorkspaceId> = new Set();
  readonly #grips: Map<number, () => void> = new Map();
  #grip = 0;
  /** When it said something last. */
  #heardAt: EpochMs;
  #reported = 0;
  #handed = 0;
  #onTheWay = 0;
  figures: LiveFigures | undefined;
  isOpen = false;
  /** Resolves when it takes sockets, or has ended. */
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;

  /** Starts it; `settings` are those of its live room. `ended` is told how its process has ended, asked for or not. */
  constructor(ports: GatewayPorts, settings: Partial<LiveSettings>, ended: (how: string) => void) {
    this.#ports = ports;
    this.#heardAt = ports.clock.now();
    this.#ended = ended;
    this.#process = fork(file, {
      serialization: "advanced",
      execArgv: [...process.execArgv, YOUNG],
      // Where the letters go is the fifth.
      stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
    });
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#exit = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        this.#end(signal ?? `exit code ${code}`);
        resolve();
      });
    });
    this.#process.on("error", () => this.kill());
    this.#post = new Post(this.#process.stdio[4] as Duplex, (letter) => this.#take(letter));
    const { events, latest } = ports;
    this.#post.send({ kind: "open", epoch: events.epoch, seq: latest.seq, settings });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sockets that it holds, those on their way included. */
  get load(): number {
    return this.#reported + this.#handed;
  }

  /** Sockets that wait to be sent: each does until the one before has been taken. */
  get onTheWay(): number {
    return this.#onTheWay;
  }

  /** Gives it a socket, which is gone here from now on. */
  take(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { method, url, httpVersion, headers } = request;
    const handed: HandedOver = { method, url, httpVersion, headers, head };
    this.#handed++;
    this.#onTheWay++;
    // The client may break off while its socket waits.
    socket.on("error", () => socket.destroy());
    // Node would have the server ask the process for the socket when it closes, and wait for ever where that is gone.
    Reflect.set(socket, "server", null);
    // What is left here once it is sent is a shell, which the server counts as open until it is destroyed.
    this.#process.send(handed, socket, {}, () => {
      this.#onTheWay--;
      socket.destroy();
    });
  }

  /** Does somebody watch the workspace there? */
  watches(workspace: WorkspaceId): boolean {
    return this.#told.has(workspace);
  }

  /** Tells it news, sealed once for all gateways that watch their workspace. */
  tell(sealed: Buffer): void {
    if (this.#takes()) this.#post.sendSealed(sealed);
  }

  /** Asks it to take leave of its clients; resolves when its process has ended. */
  async close(): Promise<void> {
    this.#post.send({ kind: "close" });
    const limit = setTimeout(() => this.kill(), END_TIME);
    await this.#exit;
    clearTimeout(limit);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(letter: ToGateway): void {
    if (this.#takes()) this.#post.send(letter);
  }

  /** Does it still take what it is sent? The states of a large workspace alone may be a hundred megabytes. */
  #takes(): boolean {
    const hangs = this.#post.waiting > MOST_WAITING && this.#ports.clock.now() - this.#heardAt > SILENT;
    if (hangs) this.kill();
    return !hangs;
  }

  #take(letter: FromGateway): void {
    this.#heardAt = this.#ports.clock.now();
    switch (letter.kind) {
      case "opened":
        this.isOpen = true;
        this.#settle();
        break;
      case "figures":
        // What it has taken since it counted may be missed for a moment, and that does no harm.
        this.figures = letter.figures;
        this.#reported = letter.open;
        this.#handed = this.#onTheWay;
        break;
      case "forget":
        this.#told.delete(letter.workspace);
        break;
      case "log":
        this.#ports.logger[letter.level]({ ...letter.about, pid: this.pid }, letter.message);
        break;
      case "release":
        this.#grips.get(letter.grip)?.();
        this.#grips.delete(letter.grip);
        break;
      case "ask":
        void this.#answer(letter);
        break;
    }
  }

  async #answer(question: Question): Promise<void> {
    const { id } = question;
    if (question.what === "states") {
      this.#sendStates(id, question.about);
      return;
    }
    try {
      const value = await this.#valueOf(question);
      this.#send({ kind: "answer", id, seq: this.#ports.latest.seq, value });
    } catch (error) {
      const { code, message } =
        error instanceof Problem ? error : new Problem("internal", "the server could not answer");
      this.#send({ kind: "refuse", id, code, detail: message });
    }
  }

  /** At once: news from here on are told behind it. */
  #sendStates(id: number, workspace: WorkspaceId): void {
    const { latest } = this.#ports;
    this.#told.add(workspace);
    const all = [...latest.all(workspace)];
    for (let at = 0; at < all.length; at += STATES) {
      this.#send({ kind: "states", workspace, devices: all.slice(at, at + STATES) });
    }
    this.#send({ kind: "answer", id, seq: latest.seq, value: undefined });
  }

  async #valueOf(question: Exclude<Question, { what: "states" }>): Promise<unknown> {
    const { access, events } = this.#ports;
    if (question.what === "identify") return await this.#identify(access, question.about);
    if (question.what === "list") return await events.list(question.about);
    return await events.get(question.about.workspace, question.about.event);
  }

  async #identify(access: Access, credentials: Parameters<Access["identify"]>[0]): Promise<unknown> {
    const principal = await access.identify(credentials);
    if (principal === undefined) return undefined;
    const grip = ++this.#grip;
    // Watched before anybody is told who it is: an end in between would be missed.
    this.#grips.set(
      grip,
      access.watch(principal, () => this.#send({ kind: "ended", grip })),
    );
    return { principal, grip };
  }

  #end(how: string): void {
    this.isOpen = false;
    this.#settle();
    for (const release of this.#grips.values()) release();
    this.#grips.clear();
    this.#ended(how);
  }
}
