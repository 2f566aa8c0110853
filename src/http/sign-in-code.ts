import type { FastifyReply, FastifyRequest } from "fastify";
import type { PersonRecord } from "#ports";
import { Problem, scopesOf } from "#wire";
import { clearCookie, readCookie, setCookie } from "./cookie.ts";
import type { HttpOptions } from "./options.ts";
import { Pending } from "./pending.ts";
import { SecondFactor, WRONG_CODE } from "./second-factor.ts";
import type { Opening } from "./session-opener.ts";

/** The password was right, and a code is needed too. */
export class CodeNeeded extends Problem {
  readonly person: PersonRecord;

  constructor(person: PersonRecord) {
    super("code_needed", "the password is right; a code of the authenticator is needed as well");
    this.person = person;
  }
}

/** Who has shown the password, and where the browser is to go with the code. */
interface Halfway {
  readonly person: PersonRecord;
  readonly target: string;
}

/** The cookie of a browser that has shown a password and no code yet. It opens nothing. */
const COOKIE = { name: "whereabouts_code", path: "/sign-in" } as const;
const BOUNDS = { lasts: 300_000, most: 1000, mostOfOne: 4 } as const;

/** The step between the password and the code: bound to the browser, five minutes long, and of use once. */
export class CodeStep {
  readonly #options: HttpOptions;
  readonly #secure: boolean;
  readonly #factor: SecondFactor;
  readonly #halfway: Pending<Halfway>;

  constructor(options: HttpOptions, secure: boolean) {
    this.#options = options;
    this.#secure = secure;
    this.#factor = new SecondFactor(options);
    this.#halfway = new Pending(options.clock, BOUNDS);
  }

  isNeeded(person: PersonRecord): Promise<boolean> {
    return this.#factor.isOn(person.id);
  }

  /** Lets the browser go on with a code. */
  begin(reply: FastifyReply, halfway: Halfway): void {
    const value = this.#halfway.put(halfway.person.id, halfway);
    reply.header("set-cookie", setCookie(COOKIE, value, BOUNDS.lasts, this.#secure));
  }

  /** Where the browser is to go, when it has shown a password. */
  target(request: FastifyRequest): string | undefined {
    return this.#halfway.look(readCookie(request.headers.cookie, COOKIE.name))?.target;
  }

  /** Both are right: what the session rests on. Throws `wrong_code`, `sign_in_link_used` and `too_many_requests`. */
  async finish(request: FastifyRequest, reply: FastifyReply, code: unknown): Promise<Opening> {
    const cookie = readCookie(request.headers.cookie, COOKIE.name);
    const halfway = this.#halfway.look(cookie);
    const { members } = this.#options;
    const person = halfway && (await members.person(halfway.person.id));
    // Another password since then: the one that was shown proves nothing any more.
    if (person === undefined || person.password !== halfway?.person.password) {
      this.#halfway.take(cookie);
      throw new Problem("sign_in_link_used", "this sign-in took too long or was used; begin again");
    }
    const opening = await this.prove(request, person, code);
    // Of two right codes at once, one finds it taken.
    if (this.#halfway.take(cookie) === undefined) {
      throw new Problem("sign_in_link_used", "this sign-in took too long or was used; begin again");
    }
    reply.header("set-cookie", clearCookie(COOKIE, this.#secure));
    return opening;
  }

  /** Takes the code of somebody whose password was right. Throws `wrong_code`. */
  async prove(request: FastifyRequest, person: PersonRecord, code: unknown): Promise<Opening> {
    if (!(await this.#factor.accepts(request, person, code))) throw new Problem("wrong_code", WRONG_CODE);
    const [member] = await this.#options.members.of(person.id);
    if (member === undefined) throw new Problem("wrong_code", WRONG_CODE);
    return { workspace: member.workspace, scopes: scopesOf(member.role), person: person.id };
  }
}
