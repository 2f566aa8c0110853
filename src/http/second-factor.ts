import type { FastifyRequest } from "fastify";
import type { PersonId, PersonRecord, SecondFactors } from "#ports";
import { AccountLog, type AccountLogPorts } from "./account-log.ts";
import type { LockOut } from "./lock-out.ts";
import { hashRecoveryCode } from "./recovery-codes.ts";
import { totpStep } from "./totp.ts";

/** What codes are checked with. */
export interface SecondFactorPorts extends AccountLogPorts {
  readonly factors: SecondFactors;
  readonly lockOut: LockOut;
}

/** Longest code that is looked at. */
const MOST = 64;

/** What a wrong code is told as, wherever. */
export const WRONG_CODE = "code is wrong, used already or too old";

/** Codes of authenticators, and the recovery codes that stand in for them. */
export class SecondFactor {
  readonly #ports: SecondFactorPorts;
  readonly #log: AccountLog;

  constructor(ports: SecondFactorPorts) {
    this.#ports = ports;
    this.#log = new AccountLog(ports);
  }

  async isOn(person: PersonId): Promise<boolean> {
    return (await this.#ports.factors.totp(person)) !== undefined;
  }

  /**
   * Uses a code up; false when it is wrong or used. It is counted as wrong before it is looked at, so that many at once
   * are not more tries; the right one takes that back. Throws `too_many_requests`.
   */
  async accepts(request: FastifyRequest, person: PersonRecord, code: unknown): Promise<boolean> {
    const { accounts, codes } = this.#ports.lockOut;
    for (const attempts of [accounts, codes]) attempts.check(person.email);
    for (const attempts of [accounts, codes]) attempts.failed(person.email);
    const typed = typeof code === "string" && code.length <= MOST ? code.trim() : "";
    const isRight =
      (await this.#useTotp(person.id, typed)) || (await this.#useRecovery(request, person, typed));
    if (isRight) for (const attempts of [accounts, codes]) attempts.succeeded(person.email);
    return isRight;
  }

  async #useTotp(person: PersonId, typed: string): Promise<boolean> {
    const { factors, clock } = this.#ports;
    const totp = await factors.totp(person);
    if (totp === undefined) return false;
    const step = totpStep(totp.secret, typed.replaceAll(" ", ""), clock.now());
    return step !== undefined && (await factors.useStep(person, step));
  }

  async #useRecovery(request: FastifyRequest, person: PersonRecord, typed: string): Promise<boolean> {
    const hash = hashRecoveryCode(typed);
    if (hash === undefined || !(await this.#ports.factors.useCode(person.id, hash))) return false;
    await this.#log.write(request, person, { action: "recovery-code.use", of: person.id });
    return true;
  }
}
