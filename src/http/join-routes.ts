import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { MemberRecord } from "#ports";
import { Problem } from "#wire";
import { Attempts } from "./attempts.ts";
import { encodeMember } from "./member-bodies.ts";
import { MemberDesk } from "./member-desk.ts";
import type { HttpOptions, PasswordPage } from "./options.ts";
import { isNotCrossSite } from "./same-origin.ts";
import { plainPasswordPage } from "./sign-in-page.ts";
import { SessionOpener } from "./session-opener.ts";
import { sendPage, wantsJson } from "./sign-in.ts";
import { signInView } from "./sign-in-view.ts";

const PUBLIC = { config: { access: "public" }, exposeHeadRoute: false } as const;

const secretOf = (request: FastifyRequest): string => (request.params as { secret: string }).secret;
const fieldsOf = ({ body }: FastifyRequest): Readonly<Record<string, unknown>> =>
  typeof body === "object" && body !== null ? { ...body } : {};

/** The links in invitations and in mails about passwords: who has one is let in, once. */
class JoinPages {
  readonly #options: HttpOptions;
  readonly #desk: MemberDesk;
  readonly #sessions: SessionOpener;
  readonly #attempts: Attempts;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#desk = new MemberDesk(options);
    this.#sessions = new SessionOpener(options);
    this.#attempts = new Attempts(options.clock);
  }

  /** Looks the link up, counting wrong ones against the sender's address. */
  async guarded<Answer>(request: FastifyRequest, look: () => Promise<Answer>): Promise<Answer> {
    this.#attempts.check(request.ip);
    try {
      return await look();
    } catch (error) {
      if (error instanceof Problem && error.code === "sign_in_link_used") this.#attempts.failed(request.ip);
      throw error;
    }
  }

  async invitation(request: FastifyRequest): Promise<PasswordPage> {
    const { invitation, known } = await this.guarded(request, () => this.#desk.invited(secretOf(request)));
    const { email, role, groups } = invitation;
    const joins = { role, ...(groups !== undefined && { groups }) };
    return { email, action: `/join/${encodeURIComponent(secretOf(request))}`, joins, known };
  }

  async reset(request: FastifyRequest): Promise<PasswordPage> {
    const { email } = await this.guarded(request, () => this.#desk.resetting(secretOf(request)));
    return { email, action: `/reset/${encodeURIComponent(secretOf(request))}` };
  }

  show(reply: FastifyReply, page: PasswordPage): FastifyReply {
    return sendPage(reply, (this.#options.passwordPage ?? plainPasswordPage)(page));
  }

  /** The page of a link; where it holds no more, the way to sign in, with the reason above. */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    page: () => Promise<PasswordPage>,
  ): Promise<FastifyReply> {
    try {
      return this.show(reply, await page());
    } catch (error) {
      if (!(error instanceof Problem) || wantsJson(request)) throw error;
      const page = signInView(request, this.#options, { problem: error.message });
      return sendPage(reply.code(error.status), page);
    }
  }

  async join(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { known } = await this.#desk.invited(secretOf(request));
    const member = await this.#desk.join(secretOf(request), fieldsOf(request));
    await this.#note(request, member);
    // The link alone is no proof of who somebody is that has a password.
    if (known) return reply.redirect("/sign-in", 303);
    await this.#sessions.open(request, reply, member);
    return reply.redirect("/", 303);
  }

  async #note(request: FastifyRequest, { workspace, person }: MemberRecord): Promise<void> {
    const { members, audit, clock } = this.#options;
    const member = await members.get(workspace, person);
    await audit.write({
      workspace,
      at: clock.now(),
      by: person,
      address: request.ip,
      action: "member.create",
      of: person,
      ...(member && { byName: member.email, after: encodeMember(member) }),
    });
  }

  async choose(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.#desk.reset(secretOf(request), fieldsOf(request));
    return reply.redirect("/sign-in", 303);
  }

  /** Takes a form; what is wrong with it is said above it. */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    page: () => Promise<PasswordPage>,
    act: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    if (!isNotCrossSite(request, this.#options.publicUrl)) {
      throw new Problem("cross_site", "this form is only taken from this server's own page");
    }
    const shown = await page();
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem) || wantsJson(request)) throw error;
      reply.code(error.status);
      const { name } = fieldsOf(request);
      return this.show(reply, {
        ...shown,
        problem: error.message,
        ...(typeof name === "string" && { name }),
      });
    }
  }
}

/** `/join/{secret}` and `/reset/{secret}`: pages that anybody with such a link may open. */
export const addJoinRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const pages = new JoinPages(options);
  void server.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 16_384 });
    scope.get("/join/:secret", PUBLIC, async (request, reply) =>
      pages.open(request, reply, () => pages.invitation(request)),
    );
    scope.post("/join/:secret", PUBLIC, async (request, reply) =>
      pages.take(
        request,
        reply,
        () => pages.invitation(request),
        () => pages.join(request, reply),
      ),
    );
    scope.get("/reset/:secret", PUBLIC, async (request, reply) =>
      pages.open(request, reply, () => pages.reset(request)),
    );
    scope.post("/reset/:secret", PUBLIC, async (request, reply) =>
      pages.take(
        request,
        reply,
        () => pages.reset(request),
        () => pages.choose(request, reply),
      ),
    );
  });
};
