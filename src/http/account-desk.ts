import type { FastifyRequest } from "fastify";
import type { Clock, Members, PersonRecord, SessionRecord, Sessions } from "#ports";
import { formatTime, Problem, show } from "#wire";
import type { AccessControl } from "./access.ts";
import { sessionCookie } from "./cookie.ts";
import { principalOf } from "./gate.ts";
import type { LockOut } from "./lock-out.ts";
import { readName } from "./member-desk.ts";
import { hashPassword, readNewPassword, verifyPassword } from "./passwords.ts";
import { hashSecret } from "./secrets.ts";

/** What the desk works with. */
export interface AccountPorts {
  readonly members: Members;
  readonly sessions: Sessions;
  readonly access: AccessControl;
  readonly lockOut: LockOut;
  readonly clock: Clock;
}

/** Enough of a session's hash to tell it from the others, and nothing that opens it. */
const ID_LENGTH = 16;

/** A session of a person as answers and pages show it. */
export interface SessionBody {
  readonly id: string;
  readonly agent: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** It is the one that asks. */
  readonly current: boolean;
}

const encodeSession = (session: SessionRecord, current: string | undefined): SessionBody => ({
  id: session.hash.slice(0, ID_LENGTH),
  agent: session.agent ?? null,
  createdAt: formatTime(session.createdAt),
  expiresAt: formatTime(session.expiresAt),
  current: session.hash === current,
});

/** What somebody does with the own account. */
export class AccountDesk {
  readonly #ports: AccountPorts;

  constructor(ports: AccountPorts) {
    this.#ports = ports;
  }

  /** Throws `forbidden` for who signed in with a token. */
  async person(request: FastifyRequest): Promise<PersonRecord> {
    const { person: id } = principalOf(request);
    const person = id === undefined ? undefined : await this.#ports.members.person(id);
    if (person !== undefined) return person;
    throw new Problem("forbidden", "a token has no account; sign in with a mail address and a password");
  }

  /** Hash of the session that the request came with. */
  current(request: FastifyRequest): string | undefined {
    const cookie = sessionCookie(request.headers.cookie);
    return cookie === undefined ? undefined : hashSecret(cookie);
  }

  async sessions(request: FastifyRequest): Promise<readonly SessionBody[]> {
    const { id } = await this.person(request);
    const now = this.#ports.clock.now();
    const all = await this.#ports.sessions.of(id);
    return all
      .filter(({ expiresAt }) => expiresAt > now)
      .map((session) => encodeSession(session, this.current(request)));
  }

  /** Throws `not_found`. */
  async endSession(request: FastifyRequest, id: string): Promise<void> {
    const person = await this.person(request);
    const all = await this.#ports.sessions.of(person.id);
    const session = all.find(({ hash }) => hash.startsWith(id) && id.length === ID_LENGTH);
    if (session === undefined) throw new Problem("not_found", `there is no session ${show(id)}`);
    await this.#end(session);
  }

  /** Ends all sessions but the one of this request. */
  async endOthers(request: FastifyRequest): Promise<void> {
    const { id } = await this.person(request);
    const here = this.current(request);
    for (const session of await this.#ports.sessions.of(id)) {
      if (session.hash !== here) await this.#end(session);
    }
  }

  async rename(request: FastifyRequest, name: unknown): Promise<void> {
    const { id } = await this.person(request);
    await this.#ports.members.update({ id, name: readName(name) });
  }

  /** Takes another password from who knows the present one, and ends the other sessions. */
  async changePassword(request: FastifyRequest, current: unknown, next: unknown): Promise<void> {
    const person = await this.person(request);
    const chosen = readNewPassword(next, person.email);
    const { accounts } = this.#ports.lockOut;
    accounts.check(person.email);
    if (typeof current !== "string" || !(await verifyPassword(current, person.password))) {
      accounts.failed(person.email);
      throw new Problem("invalid_field", "current is not the present password");
    }
    accounts.succeeded(person.email);
    const { id, name } = person;
    await this.#ports.members.update({ id, name, password: await hashPassword(chosen) });
    await this.endOthers(request);
  }

  async #end({ hash }: SessionRecord): Promise<void> {
    await this.#ports.sessions.close(hash);
    this.#ports.access.forgetSessionHash(hash);
  }
}
