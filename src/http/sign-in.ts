import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PersonRecord } from "#ports";
import { Problem, scopesOf } from "#wire";
import { askText } from "./ask.ts";
import { clearSessionCookie, sessionCookie } from "./cookie.ts";
import { principalOf } from "./gate.ts";
import { limited } from "./limited-sign-in.ts";
import type { HttpOptions, SignInPage } from "./options.ts";
import { MOST_EMAIL } from "./member-desk.ts";
import { PASSWORD_LENGTH, verifyPassword } from "./passwords.ts";
import { addPatience } from "./patience.ts";
import { safeTarget } from "./safe-target.ts";
import { hashSecret } from "./secrets.ts";
import { pagePolicy } from "./security.ts";
import { type Opening, SessionOpener } from "./session-opener.ts";
import { CodeNeeded, CodeStep } from "./sign-in-code.ts";
import { signInView } from "./sign-in-view.ts";

const PUBLIC = { config: { access: "public" }, exposeHeadRoute: false } as const;

const OWN = { config: { scope: "view", limited: true } } as const;

type Fields = Readonly<Record<string, unknown>>;

/** Does a program ask, rather than a form? */
export const wantsJson = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? "").includes("application/json") || request.headers.accept === undefined;

/** A page that anybody may see. */
export const sendPage = (reply: FastifyReply, html: string): FastifyReply => {
  pagePolicy(reply);
  return reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(html);
};

/** A browser that goes to the link because somebody clicked it, not a preview, a prefetch or a scanner. */
const isClick = ({ headers }: FastifyRequest): boolean =>
  headers["sec-fetch-mode"] === "navigate" &&
  headers["sec-fetch-dest"] === "document" &&
  headers["sec-purpose"] === undefined;

const isFilled = (value: unknown): boolean => value !== undefined && value !== "";

const wrongPassword = (): Problem =>
  new Problem("wrong_password", "the mail address or the password is wrong");

class SignIn {
  readonly #options: HttpOptions;
  readonly #sessions: SessionOpener;
  readonly #codes: CodeStep;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#sessions = new SessionOpener(options);
    this.#codes = new CodeStep(options, this.#sessions.secure);
  }

  #limited<Proof>(request: FastifyRequest, prove: () => Promise<Proof>): Promise<Proof> {
    return limited(request, this.#options, prove);
  }

  /** The page that asks who it is; `target` is where to go afterwards, `problem` what was wrong last time. */
  page(reply: FastifyReply, target: string, problem?: string, email?: string): FastifyReply {
    const said = { ...(problem !== undefined && { problem }), ...(email !== undefined && { email }) };
    return this.#render(reply, said, target);
  }

  /** The button that uses a one-time link; a mere look at the link, by a preview or a scanner, must not use it. */
  linkPage(reply: FastifyReply, secret: string): FastifyReply {
    return this.#render(reply, { action: `/sign-in/${encodeURIComponent(secret)}`, link: true });
  }

  #render(reply: FastifyReply, page: Partial<SignInPage>, target?: string): FastifyReply {
    return sendPage(reply, signInView(reply.request, this.#options, page, target));
  }

  /** Takes a token, or a mail address and a password. */
  async withForm(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const target = safeTarget(askText(request, "to"));
    try {
      const opening = await this.#limited(request, () => this.#prove(request));
      return await this.#enter(request, reply, opening, target);
    } catch (error) {
      if (error instanceof CodeNeeded) this.#codes.begin(reply, { person: error.person, target });
      if (!(error instanceof Problem) || wantsJson(request)) throw error;
      if (error instanceof CodeNeeded) return reply.redirect("/sign-in/code", 303);
      reply.code(error.status);
      const { email } = (request.body ?? {}) as Fields;
      return this.page(reply, target, error.message, typeof email === "string" ? email : undefined);
    }
  }

  /** Opens the session; a browser goes on, a program is told what it may. */
  async #enter(
    request: FastifyRequest,
    reply: FastifyReply,
    opening: Opening,
    target: string,
  ): Promise<unknown> {
    const opened = await this.#sessions.enter(request, reply, opening);
    return wantsJson(request) ? opened : reply.redirect(target, 303);
  }

  /** Asks for the code; who has shown no password begins there. */
  codePage(request: FastifyRequest, reply: FastifyReply, problem?: string): FastifyReply {
    if (this.#codes.target(request) === undefined) return reply.redirect("/sign-in", 303);
    return this.#render(reply, {
      action: "/sign-in/code",
      code: true,
      ...(problem !== undefined && { problem }),
    });
  }

  /** Takes the code that follows a right password. */
  async withCode(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const target = this.#codes.target(request) ?? "/";
    const { code } = (request.body ?? {}) as Fields;
    try {
      const opening = await this.#limited(request, () => this.#codes.finish(request, reply, code));
      return await this.#enter(request, reply, opening, target);
    } catch (error) {
      if (!(error instanceof Problem) || wantsJson(request)) throw error;
      reply.code(error.status);
      if (this.#codes.target(request) === undefined) return this.page(reply, "/", error.message);
      return this.codePage(request, reply, error.message);
    }
  }

  async #prove(request: FastifyRequest): Promise<Opening> {
    const { token, email, password, code } = (request.body ?? {}) as Fields;
    // The form sends all of its fields, filled in or not.
    if (isFilled(email) && !isFilled(token)) {
      const person = await this.#provePassword(email, password);
      if (!(await this.#codes.isNeeded(person))) return await this.#openingOf(person);
      if (!isFilled(code)) throw new CodeNeeded(person);
      return await this.#codes.prove(request, person, code);
    }
    if (typeof token !== "string" || token === "")
      throw new Problem("invalid_token", "a mail address and a password, or a token, are needed");
    const { principal, expiresAt, tokenHash } = await this.#options.access.resolveToken(token.trim());
    return {
      workspace: principal.workspace,
      scopes: principal.scopes,
      ...(expiresAt !== undefined && { expiresAt }),
      ...(tokenHash !== undefined && { tokenHash }),
    };
  }

  /** Says the same, after the same time, whether address or password is wrong. */
  async #provePassword(email: unknown, password: unknown): Promise<PersonRecord> {
    const address = typeof email === "string" ? email.trim().toLowerCase().slice(0, MOST_EMAIL) : "";
    const { members, lockOut } = this.#options;
    lockOut.accounts.check(address);
    const person = await members.byEmail(address);
    const given = typeof password === "string" ? password.slice(0, PASSWORD_LENGTH.most) : "";
    const isRight = await verifyPassword(given, person?.password);
    if (person !== undefined && isRight) return person;
    lockOut.accounts.failed(address);
    throw wrongPassword();
  }

  /** Who has to show no more than the password. */
  async #openingOf({ id, email }: PersonRecord): Promise<Opening> {
    const { members, lockOut } = this.#options;
    const [member] = await members.of(id);
    if (member === undefined) throw wrongPassword();
    lockOut.accounts.succeeded(email);
    return { workspace: member.workspace, scopes: scopesOf(member.role), person: id };
  }

  async withLink(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await this.#redeem(request, reply);
    } catch (error) {
      if (!(error instanceof Problem) || wantsJson(request)) throw error;
      // A second click, a reload: whoever is in already need not know that the link is spent.
      const { cookie } = request.headers;
      const known = await this.#options.access.identify({
        authorization: undefined,
        cookie,
        token: undefined,
      });
      if (known !== undefined) return reply.redirect("/", 303);
      reply.code(error.status);
      return this.page(reply, "/", error.message);
    }
  }

  async #redeem(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { secret } = request.params as { secret: string };
    const link = await this.#limited(request, async () => {
      const found = await this.#options.sessions.redeemLink(hashSecret(secret), this.#options.clock.now());
      if (found !== undefined) return found;
      throw new Problem(
        "sign_in_link_used",
        "the link was used, is too old or was never made; ask for a new one",
      );
    });
    await this.#sessions.open(request, reply, { workspace: link.workspace, scopes: ["admin"] });
    return reply.redirect("/", 303);
  }

  async out(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const cookie = sessionCookie(request.headers.cookie);
    if (cookie !== undefined && principalOf(request).via === "session") {
      await this.#options.sessions.close(hashSecret(cookie));
      this.#options.access.forgetSession(cookie);
    }
    reply.header("set-cookie", clearSessionCookie(this.#sessions.secure));
  }
}

/** `/sign-in`, `/sign-in/{secret}`, `/sign-out` and `/api/session`. */
export const addSignIn = (server: FastifyInstance, options: HttpOptions): void => {
  const signIn = new SignIn(options);
  void server.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 16_384 });
    addPatience(scope);
    scope.get("/sign-in", PUBLIC, async (request, reply) =>
      signIn.page(reply, safeTarget(askText(request, "to"))),
    );
    scope.post("/sign-in", PUBLIC, async (request, reply) => await signIn.withForm(request, reply));
    scope.get("/sign-in/code", PUBLIC, async (request, reply) => signIn.codePage(request, reply));
    scope.post("/sign-in/code", PUBLIC, async (request, reply) => await signIn.withCode(request, reply));
    scope.get("/sign-in/:secret", PUBLIC, async (request, reply) => {
      if (isClick(request)) return await signIn.withLink(request, reply);
      return signIn.linkPage(reply, (request.params as { secret: string }).secret);
    });
    scope.post("/sign-in/:secret", PUBLIC, async (request, reply) => await signIn.withLink(request, reply));
    scope.post("/sign-out", OWN, async (request, reply) => {
      await signIn.out(request, reply);
      return reply.redirect("/sign-in", 303);
    });
    scope.get("/api/session", OWN, async (request) => {
      const { workspace, scopes, groups, device, person, name, via, id } = principalOf(request);
      return { workspace, scopes, groups: groups ?? null, device, person, name, via, id };
    });
    scope.delete("/api/session", OWN, async (request, reply) => {
      await signIn.out(request, reply);
      return reply.code(204).send();
    });
  });
};
