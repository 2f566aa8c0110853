import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { accountPage, type FieldProblem } from "#pages";
import { AccountDesk } from "./account-desk.ts";
import { PasskeyDesk, type PasskeyPorts } from "./passkey-desk.ts";
import { ProviderDesk, type ProviderPorts } from "./provider-desk.ts";
import { TotpDesk } from "./totp-desk.ts";
import { askId } from "./ask.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";

const OWN = { config: { scope: "view", limited: true } } as const;
const FIELDS = ["name", "current", "password"];

/** `/account`: one's own name, password and sessions. */
export const addAccountPages = (
  server: FastifyInstance,
  kit: PageKit,
  ports: PasskeyPorts & ProviderPorts,
): void => {
  const desk = new AccountDesk(ports);
  const totp = new TotpDesk(ports);
  const passkeyDesk = new PasskeyDesk(ports);
  const providerDesk = new ProviderDesk(ports);

  const show = async (request: FastifyRequest, problem?: FieldProblem): Promise<string> => {
    const frame = kit.frame(request, "Account");
    if (principalOf(request).person === undefined) return accountPage(frame, { sessions: [] });
    const [person, sessions, authenticator, passkeys] = await Promise.all([
      desk.person(request),
      desk.sessions(request),
      totp.state(request),
      passkeyDesk.list(request),
    ]);
    const { provider } = ports;
    const linked = provider && (await providerDesk.own(request));
    const ways = {
      authenticator,
      passkeys: passkeys.length,
      ...(provider && {
        provider: { name: provider.name, isLinked: linked !== undefined, email: linked?.email },
      }),
    };
    return accountPage(frame, { person, sessions, ways, problem, notice: kit.notice(request) });
  };

  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    text: string,
    act: () => Promise<void>,
  ): Promise<FastifyReply> => {
    try {
      await act();
      return kit.goOn(request, reply, "/account", { text });
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      return kit.send(reply.code(400), await show(request, problem));
    }
  };

  server.get("/account", OWN, async (request, reply) => kit.send(reply, await show(request)));

  server.post("/account", OWN, (request, reply) =>
    take(request, reply, "The name is saved.", () =>
      desk.rename(request, new FormBody(request).text("name")),
    ),
  );

  server.post("/account/password", OWN, (request, reply) => {
    const form = new FormBody(request);
    return take(request, reply, "The password is changed; all other browsers are signed out.", () =>
      desk.changePassword(request, form.text("current"), form.text("password")),
    );
  });

  server.post("/account/sessions/:id/delete", OWN, (request, reply) =>
    take(request, reply, "That browser is signed out.", () => desk.endSession(request, askId(request))),
  );
};
