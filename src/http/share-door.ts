import type { FastifyRequest } from "fastify";
import type { Clock, OpenShare, ShareLinks } from "#ports";
import { Problem } from "#wire";
import { Attempts } from "./attempts.ts";
import { hashSecret } from "./secrets.ts";

/** Links that were opened lately and may be opened from an address that has guessed too often. */
const MOST_KNOWN = 1_000;

/** Lets people with a share link in, and those who guess wait. */
export class ShareDoor {
  readonly #links: ShareLinks;
  readonly #attempts: Attempts;
  readonly #known = new Set<string>();

  constructor(links: ShareLinks, clock: Clock) {
    this.#links = links;
    this.#attempts = new Attempts(clock, undefined, "wrong share links");
  }

  /** The link in the path. Throws `not_found`, `share_ended`, and `too_many_requests` to who guesses. */
  async open(request: FastifyRequest): Promise<OpenShare> {
    const { secret } = request.params as { readonly secret: string };
    const hash = hashSecret(secret);
    // Many people may be behind one address: those with a true link are not to wait for who guesses.
    if (!this.#known.has(hash)) this.#attempts.check(request.ip);
    try {
      const open = await this.#links.open(secret);
      this.#know(hash);
      return open;
    } catch (error) {
      if (error instanceof Problem && error.code === "not_found") this.#attempts.failed(request.ip);
      throw error;
    }
  }

  #know(hash: string): void {
    if (this.#known.has(hash)) return;
    const [oldest] = this.#known.size < MOST_KNOWN ? [] : this.#known;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(hash);
  }
}
