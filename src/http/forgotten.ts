import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import { Problem } from "#wire";
import { Attempts } from "./attempts.ts";
import { MemberDesk, readEmail } from "./member-desk.ts";
import type { HttpOptions } from "./options.ts";
import { isNotCrossSite } from "./same-origin.ts";
import { sendPage, wantsJson } from "./sign-in.ts";
import { signInView } from "./sign-in-view.ts";

const PUBLIC = { config: { access: "public" } } as const;

const SAID = "If there is such an account, a mail with a link is on its way; it holds for an hour.";

/**
 * `POST /forgotten`: mails a link for another password to who has an account, and says the same to everybody. It is there
 * only with a mail server and a public address: a link made from the `Host` of the request could lead anywhere.
 */
export const addForgotten = (server: FastifyInstance, options: HttpOptions): void => {
  const { mail, publicUrl, members, clock, logger } = options;
  if (mail === undefined || publicUrl === undefined) return;
  const desk = new MemberDesk(options);
  const attempts = new Attempts(clock);

  const send = async (email: string): Promise<void> => {
    const person = await members.byEmail(email);
    if (person === undefined) return;
    const { path } = await desk.offerReset(person.id);
    await mail({
      to: email,
      subject: "Another password for Whereabouts",
      text: `Hello ${person.name},\n\nsomebody, most likely you, asked for another password at ${publicUrl}. Choose it here, within an hour:\n\n${publicUrl}${path}\n\nIf it was not you, nothing needs to be done: the present password stays.\n`,
    });
  };

  void server.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 16_384 });
    scope.post("/forgotten", PUBLIC, async (request, reply) => {
      if (!isNotCrossSite(request, publicUrl)) {
        throw new Problem("cross_site", "this form is only taken from this server's own page");
      }
      const email = readEmail((request.body as { email?: unknown } | null)?.email);
      // Each one counts, right or wrong: nobody's mailbox is to be filled.
      for (const who of [request.ip, email]) {
        attempts.check(who);
        attempts.failed(who);
      }
      // Not waited for: how long it takes would tell whether there is an account.
      send(email).catch((err: unknown) =>
        logger?.error({ err }, "a link for another password was not mailed"),
      );
      if (wantsJson(request)) return reply.code(202).send();
      return sendPage(reply, signInView(request, options, { notice: SAID }));
    });
  });
};
