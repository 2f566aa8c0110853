import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";
import { hashSecret, mintSecret } from "./secrets.ts";

/** How long things wait, how many of them, and how many of one person or address. */
export interface PendingBounds {
  readonly lasts: Milliseconds;
  readonly most: number;
  readonly mostOfOne: number;
}

interface Kept<Thing> {
  readonly of: string;
  readonly thing: Thing;
  readonly until: number;
}

/**
 * What a sign-in has reached, between two requests of one browser: the browser has a secret, the server the rest. In
 * memory, so a restart begins anew. At a bound the oldest goes: of the same person or address, else of all.
 */
export class Pending<Thing> {
  readonly #clock: Pick<Clock, "now">;
  readonly #bounds: PendingBounds;
  /** By the SHA-256 of the secret, oldest first. */
  readonly #kept = new Map<string, Kept<Thing>>();

  constructor(clock: Pick<Clock, "now">, bounds: PendingBounds) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Keeps a thing of a person or address; answers the secret to find it by. */
  put(of: string, thing: Thing): string {
    this.#makeRoom(of);
    const { secret, hash } = mintSecret();
    this.#kept.set(hash, { of, thing, until: this.#clock.now() + this.#bounds.lasts });
    return secret;
  }

  /** Looks without taking; undefined once it was taken or is too old. */
  look(secret: string | undefined): Thing | undefined {
    const kept = secret === undefined ? undefined : this.#kept.get(hashSecret(secret));
    return kept !== undefined && kept.until > this.#clock.now() ? kept.thing : undefined;
  }

  /** Answers it the first time. */
  take(secret: string | undefined): Thing | undefined {
    const thing = this.look(secret);
    if (secret !== undefined) this.#kept.delete(hashSecret(secret));
    return thing;
  }

  #makeRoom(of: string): void {
    const now = this.#clock.now();
    const mine: string[] = [];
    for (const [hash, kept] of this.#kept) {
      if (kept.until <= now) this.#kept.delete(hash);
      else if (kept.of === of) mine.push(hash);
    }
    const [oldest] = mine.length >= this.#bounds.mostOfOne ? mine : this.#kept.keys();
    if (
      oldest !== undefined &&
      (mine.length >= this.#bounds.mostOfOne || this.#kept.size >= this.#bounds.most)
    ) {
      this.#kept.delete(oldest);
    }
  }
}
