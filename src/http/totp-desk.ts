import type { FastifyRequest } from "fastify";
import type { EpochMs } from "#geo";
import type { PersonId } from "#ports";
import { Problem } from "#wire";
import { AccountDesk, type AccountPorts } from "./account-desk.ts";
import { AccountLog } from "./account-log.ts";
import { OwnProof, type OwnProofPorts, type Proof } from "./own-proof.ts";
import { Pending } from "./pending.ts";
import { mintRecoveryCodes } from "./recovery-codes.ts";
import { WRONG_CODE } from "./second-factor.ts";
import { mintTotpSecret, totpStep, totpUri } from "./totp.ts";

/** What the desk works with. */
export type TotpPorts = AccountPorts & OwnProofPorts;

/** Whether one has an authenticator, and what is left of its recovery codes. */
export interface AuthenticatorState {
  readonly since?: EpochMs;
  readonly codesLeft: number;
  /** Codes follow a password: without one there is nothing to turn on. */
  readonly hasPassword: boolean;
}

/** A secret that is to be put into an app; shown this once. */
export interface Enrolment {
  /** Names the enrolment when it is confirmed. */
  readonly key: string;
  readonly secret: string;
  readonly uri: string;
}

interface Enrolling {
  readonly person: PersonId;
  readonly secret: string;
}

const BOUNDS = { lasts: 900_000, most: 1000, mostOfOne: 2 } as const;

/** What somebody does with the own authenticator. */
export class TotpDesk {
  readonly #ports: TotpPorts;
  readonly #account: AccountDesk;
  readonly #proof: OwnProof;
  readonly #log: AccountLog;
  readonly #enrolling: Pending<Enrolling>;

  constructor(ports: TotpPorts) {
    this.#ports = ports;
    this.#account = new AccountDesk(ports);
    this.#proof = new OwnProof(ports);
    this.#log = new AccountLog(ports);
    this.#enrolling = new Pending(ports.clock, BOUNDS);
  }

  async state(request: FastifyRequest): Promise<AuthenticatorState> {
    const { id, password } = await this.#account.person(request);
    const totp = await this.#ports.factors.totp(id);
    const hasPassword = password !== undefined;
    if (totp === undefined) return { codesLeft: 0, hasPassword };
    return { since: totp.createdAt, codesLeft: totp.codesLeft, hasPassword };
  }

  /** Throws `conflict` where one is on, `forbidden` without a password, and what `OwnProof` throws. */
  async begin(request: FastifyRequest, proof: Proof): Promise<Enrolment> {
    const person = await this.#account.person(request);
    if (person.password === undefined)
      throw new Problem("forbidden", "codes follow a password; choose one first");
    await this.#proof.check(request, person, proof);
    if ((await this.#ports.factors.totp(person.id)) !== undefined) throw isOn();
    const secret = mintTotpSecret();
    const key = this.#enrolling.put(person.id, { person: person.id, secret });
    return { key, secret, uri: totpUri(secret, person.email) };
  }

  /**
   * Turns it on for who shows a code of the new secret; the other sessions end, which rest on less. Answers the recovery
   * codes. Throws `invalid_field` that names `code`, `sign_in_link_used` when it began too long ago, and `conflict`.
   */
  async confirm(request: FastifyRequest, key: string, code: string): Promise<readonly string[]> {
    const { factors, clock } = this.#ports;
    const person = await this.#account.person(request);
    const enrolling = this.#enrolling.look(key);
    if (enrolling?.person !== person.id) {
      throw new Problem("sign_in_link_used", "this took too long or was done already; begin again");
    }
    const step = totpStep(enrolling.secret, code.replaceAll(" ", ""), clock.now());
    if (step === undefined) throw new Problem("invalid_field", WRONG_CODE);
    this.#enrolling.take(key);
    const { codes, hashes } = mintRecoveryCodes();
    const totp = { person: person.id, secret: enrolling.secret, createdAt: clock.now() };
    if (!(await factors.turnOn(totp, step, hashes))) throw isOn();
    await this.#log.write(request, person, { action: "authenticator.create", of: person.id });
    await this.#account.endOthers(request);
    return codes;
  }

  /** Ten other recovery codes instead of those that are left. Throws `not_found` and what `OwnProof` throws. */
  async renewCodes(request: FastifyRequest, proof: Proof): Promise<readonly string[]> {
    const person = await this.#needOn(request, proof);
    const { codes, hashes } = mintRecoveryCodes();
    if (!(await this.#ports.factors.replaceCodes(person.id, hashes))) throw isOff();
    await this.#log.write(request, person, { action: "recovery-codes.create", of: person.id });
    return codes;
  }

  /** Throws `not_found` and what `OwnProof` throws. */
  async turnOff(request: FastifyRequest, proof: Proof): Promise<void> {
    const person = await this.#needOn(request, proof);
    if (!(await this.#ports.factors.turnOff(person.id))) throw isOff();
    await this.#log.write(request, person, { action: "authenticator.delete", of: person.id });
  }

  async #needOn(request: FastifyRequest, proof: Proof) {
    const person = await this.#account.person(request);
    if ((await this.#ports.factors.totp(person.id)) === undefined) throw isOff();
    await this.#proof.check(request, person, proof);
    return person;
  }
}

const isOn = (): Problem =>
  new Problem("conflict", "an authenticator is on already; turn that one off first");
const isOff = (): Problem => new Problem("not_found", "there is no authenticator");
