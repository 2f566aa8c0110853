import type { FastifyRequest } from "fastify";
import type { Audit, Clock, Members, PersonRecord } from "#ports";

/** What was done to somebody's ways in. */
export interface AccountChange {
  /** Kind and verb, as in every audit log: `authenticator.create`. */
  readonly action: string;
  readonly of: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What the log is written with. */
export interface AccountLogPorts {
  readonly audit: Audit;
  readonly members: Members;
  readonly clock: Clock;
}

/**
 * Writes down what people do to their own ways in, in every workspace that they are in: each has them as a member. An
 * entry that cannot be written is logged: the change has happened.
 */
export class AccountLog {
  readonly #ports: AccountLogPorts;

  constructor(ports: AccountLogPorts) {
    this.#ports = ports;
  }

  async write(
    request: FastifyRequest,
    { id, email }: Pick<PersonRecord, "id" | "email">,
    change: AccountChange,
  ): Promise<void> {
    const { audit, members, clock } = this.#ports;
    const entry = { at: clock.now(), by: id, byName: email, address: request.ip, ...change };
    try {
      for (const { workspace } of await members.of(id)) await audit.write({ workspace, ...entry });
    } catch (err) {
      request.log.error({ err, action: change.action }, "a change could not be written to the audit log");
    }
  }
}
