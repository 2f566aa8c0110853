import type { Clock } from "#ports";
import { Problem } from "#wire";
import { show } from "./box.ts";
import { Bucket } from "./bucket.ts";
import { problemOf } from "./gate.ts";
import type { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import type { LiveSettings } from "./settings.ts";
import type { Viewer } from "./viewer.ts";
import { decodeWatch, type Watch } from "./watch.ts";

/** What answering needs. */
export interface RequestParts {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
}

/** The answer to a `ping`. */
const PONG = new Message("pong", undefined, "{}");
/** After so many messages over the limit a client is sent away. */
const PATIENCE = 100;

/** Answers what one client asks, as often as it may. */
export class Requests {
  readonly #parts: RequestParts;
  readonly #viewer: Viewer;
  readonly #usual: Watch["format"];
  readonly #bucket: Bucket;
  #over = 0;

  /** `usual`: the format of a `watch` that names none. */
  constructor(parts: RequestParts, viewer: Viewer, usual: Watch["format"]) {
    const { settings, clock } = parts;
    this.#parts = parts;
    this.#viewer = viewer;
    this.#usual = usual;
    this.#bucket = new Bucket(settings.messageBurst, settings.messagesPerSecond, clock.now());
  }

  /** `read` answers name and payload of the message. What is refused is told to the client by `refuse`, if it may stay. */
  take(read: () => readonly [name: unknown, payload: unknown], refuse: (problem: Problem) => void): boolean {
    const { hub } = this.#parts;
    try {
      this.#answer(read);
      return true;
    } catch (error) {
      const problem = problemOf(this.#parts, error);
      if (problem.code === "too_many_requests" && ++this.#over > PATIENCE) {
        hub.dismiss(this.#viewer, "too_many_messages", problem.message);
      } else {
        refuse(problem);
      }
      return false;
    }
  }

  #answer(read: () => readonly [unknown, unknown]): void {
    const { hub, clock, settings } = this.#parts;
    if (!this.#bucket.take(clock.now())) {
      throw new Problem("too_many_requests", `more than ${settings.messagesPerSecond} messages a second`);
    }
    const [name, payload] = read();
    if (name === "ping") return hub.say(this.#viewer, PONG);
    if (name !== "watch") {
      throw new Problem("invalid_body", `there is no message ${show(name)}; expected "watch" or "ping"`);
    }
    hub.watch(this.#viewer, decodeWatch(payload, this.#usual));
  }
}

/** `problem`: a message of the client was refused. */
export const problemMessage = (problem: Problem): Message =>
  new Message("problem", undefined, JSON.stringify(problem.toBody()));
