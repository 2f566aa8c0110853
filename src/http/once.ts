import { randomBytes } from "node:crypto";
import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";
import type { WorkspaceId } from "#wire";

/** How long a thing waits to be taken, and how many wait; the oldest goes for a new one. */
const [KEPT, MOST]: readonly [Milliseconds, number] = [600_000, 500];

/**
 * Holds what the next page is to say once: after a form was taken the browser is sent on, and what it must be shown (a
 * secret, the answer to a test) may stand in no address.
 */
export class Once<Thing> {
  readonly #clock: Pick<Clock, "now">;
  readonly #things = new Map<
    string,
    { readonly workspace: WorkspaceId; readonly thing: Thing; readonly until: number }
  >();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Answers the key to take it with. */
  put(workspace: WorkspaceId, thing: Thing): string {
    const [oldest] = this.#things.size < MOST ? [] : this.#things.keys();
    if (oldest !== undefined) this.#things.delete(oldest);
    const key = randomBytes(12).toString("base64url");
    this.#things.set(key, { workspace, thing, until: this.#clock.now() + KEPT });
    return key;
  }

  /** Answers it the first time. */
  take(workspace: WorkspaceId, key: string): Thing | undefined {
    const kept = this.#things.get(key);
    if (kept === undefined || kept.workspace !== workspace) return undefined;
    this.#things.delete(key);
    return kept.until > this.#clock.now() ? kept.thing : undefined;
  }
}
