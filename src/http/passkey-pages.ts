import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { passkeysPage, type FieldProblem } from "#pages";
import { askId } from "./ask.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import type { PageKit } from "./page-kit.ts";
import { MOST_PASSKEYS, PasskeyDesk, type PasskeyPorts } from "./passkey-desk.ts";
import { TotpDesk } from "./totp-desk.ts";

const OWN = { config: { scope: "view", limited: true } } as const;
const PLACE = "/account/passkeys";

/** `/account/passkeys`: one's own. The browser's script adds one, through the API. */
export const addPasskeyPages = (server: FastifyInstance, kit: PageKit, ports: PasskeyPorts): void => {
  const desk = new PasskeyDesk(ports);
  const totp = new TotpDesk(ports);

  const show = async (request: FastifyRequest, problem?: FieldProblem): Promise<string> => {
    const [passkeys, { since, hasPassword }] = await Promise.all([desk.list(request), totp.state(request)]);
    return passkeysPage(kit.frame(request, "Passkeys"), {
      passkeys,
      origin: passkeys.length < MOST_PASSKEYS ? desk.party(request)?.origin : undefined,
      asksPassword: hasPassword,
      asksCode: since !== undefined,
      problem,
      notice: kit.notice(request),
    });
  };

  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    text: string,
    act: () => Promise<unknown>,
  ): Promise<FastifyReply> => {
    try {
      await act();
      return kit.goOn(request, reply, PLACE, { text });
    } catch (error) {
      // The fields of the names stand in rows: what is wrong is said above them all.
      return kit.send(reply.code(400), await show(request, fieldProblem(error, [])));
    }
  };

  server.get(PLACE, OWN, async (request, reply) => kit.send(reply, await show(request)));

  server.post(`${PLACE}/:id`, OWN, (request, reply) =>
    take(request, reply, "The name is saved.", () =>
      desk.rename(request, askId(request), new FormBody(request).text("name")),
    ),
  );

  server.post(`${PLACE}/:id/delete`, OWN, (request, reply) =>
    take(
      request,
      reply,
      "The passkey signs nobody in any more. Your device may still offer it: remove it there.",
      () => desk.remove(request, askId(request)),
    ),
  );
};
