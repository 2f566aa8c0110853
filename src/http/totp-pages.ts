import { encodeQR } from "qr";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { recoveryCodesPage, totpPage, totpSetUpPage, type FieldProblem } from "#pages";
import { Problem } from "#wire";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import type { PageKit } from "./page-kit.ts";
import { TotpDesk, type TotpPorts } from "./totp-desk.ts";

const OWN = { config: { scope: "view", limited: true } } as const;
const FIELDS = ["current", "code"];
const PLACE = "/account/totp";

/** Light modules around the code: the standard asks for four. */
const QUIET = 4;

/** `/account/totp`: the authenticator of one's own account. What is shown once is answered at once, and kept nowhere. */
export const addTotpPages = (server: FastifyInstance, kit: PageKit, ports: TotpPorts): void => {
  const desk = new TotpDesk(ports);

  const show = async (request: FastifyRequest, problem?: FieldProblem): Promise<string> =>
    totpPage(kit.frame(request, "Authenticator app"), { ...(await desk.state(request)), problem });

  /** Does what a form says, or shows the page again with what is wrong. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    act: (form: FormBody) => Promise<string | undefined>,
    again: (problem: FieldProblem) => Promise<string> = (problem) => show(request, problem),
  ): Promise<FastifyReply> => {
    try {
      const page = await act(new FormBody(request));
      if (page !== undefined) return kit.send(reply, page);
      return kit.goOn(request, reply, "/account", {
        text: "The authenticator is off: the password is enough.",
      });
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      return kit.send(reply.code(error instanceof Problem ? error.status : 400), await again(problem));
    }
  };

  const proofOf = (form: FormBody) => ({ current: form.text("current"), code: form.text("code") });
  const codesPage = (request: FastifyRequest, codes: readonly string[]): string =>
    recoveryCodesPage(kit.frame(request, "Recovery codes"), codes);

  server.get(PLACE, OWN, async (request, reply) => kit.send(reply, await show(request)));

  server.post(PLACE, OWN, (request, reply) =>
    take(request, reply, async (form) => {
      const { key, secret, uri } = await desk.begin(request, proofOf(form));
      const modules = encodeQR(uri, "raw", { ecc: "medium", border: QUIET });
      return totpSetUpPage(kit.frame(request, "Authenticator app"), { key, offer: { secret, uri, modules } });
    }),
  );

  server.post(`${PLACE}/confirm`, OWN, (request, reply) =>
    take(
      request,
      reply,
      async (form) => codesPage(request, await desk.confirm(request, form.text("key"), form.text("code"))),
      async (problem) => {
        if (problem.field !== "code") return await show(request, problem);
        const key = new FormBody(request).text("key");
        return totpSetUpPage(kit.frame(request, "Authenticator app"), { key, problem });
      },
    ),
  );

  server.post(`${PLACE}/codes`, OWN, (request, reply) =>
    take(request, reply, async (form) => codesPage(request, await desk.renewCodes(request, proofOf(form)))),
  );

  server.post(`${PLACE}/off`, OWN, (request, reply) =>
    take(request, reply, async (form) => {
      await desk.turnOff(request, proofOf(form));
      return undefined;
    }),
  );
};
