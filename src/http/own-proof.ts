import type { FastifyRequest } from "fastify";
import type { Milliseconds } from "#geo";
import type { PersonRecord, Sessions } from "#ports";
import { Problem } from "#wire";
import { sessionCookie } from "./cookie.ts";
import { verifyPassword } from "./passwords.ts";
import { SecondFactor, type SecondFactorPorts, WRONG_CODE } from "./second-factor.ts";
import { hashSecret } from "./secrets.ts";

/** What the proof is made with. */
export interface OwnProofPorts extends SecondFactorPorts {
  readonly sessions: Sessions;
}

/** What somebody types once more. */
export interface Proof {
  /** The present password. */
  readonly current: unknown;
  /** A code, where an authenticator is on. */
  readonly code?: unknown;
}

/** Who has no password must have signed in so recently. */
const FRESH: Milliseconds = 600_000;

/** Asks once more who it is, before a way in is made: a browser left alone must not give somebody one for good. */
export class OwnProof {
  readonly #ports: OwnProofPorts;
  readonly #factor: SecondFactor;

  constructor(ports: OwnProofPorts) {
    this.#ports = ports;
    this.#factor = new SecondFactor(ports);
  }

  /** Throws `invalid_field` that names `current` or `code`, `forbidden` and `too_many_requests`. */
  async check(request: FastifyRequest, person: PersonRecord, { current, code }: Proof): Promise<void> {
    if (person.password === undefined) return await this.#needFresh(request);
    const { accounts } = this.#ports.lockOut;
    accounts.check(person.email);
    if (typeof current !== "string" || !(await verifyPassword(current, person.password))) {
      accounts.failed(person.email);
      throw new Problem("invalid_field", "current is not the present password");
    }
    if (!(await this.#factor.isOn(person.id))) {
      accounts.succeeded(person.email);
      return;
    }
    if (!(await this.#factor.accepts(request, person, code))) throw new Problem("invalid_field", WRONG_CODE);
  }

  async #needFresh(request: FastifyRequest): Promise<void> {
    const cookie = sessionCookie(request.headers.cookie);
    const session = cookie === undefined ? undefined : await this.#ports.sessions.byHash(hashSecret(cookie));
    if (session !== undefined && this.#ports.clock.now() - session.createdAt < FRESH) return;
    throw new Problem("forbidden", "you signed in more than ten minutes ago; sign in once more for this");
  }
}
