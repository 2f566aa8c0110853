import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { goToProviderPage, providerPage, type FieldProblem } from "#pages";
import { Problem } from "#wire";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import type { PageKit } from "./page-kit.ts";
import { ProviderDesk, type ProviderPorts } from "./provider-desk.ts";
import { setProviderCookie } from "./provider-sign-in.ts";
import { TotpDesk } from "./totp-desk.ts";

const OWN = { config: { scope: "view", limited: true } } as const;
const PLACE = "/account/provider";

/** `/account/provider`: one's own account at the sign-in provider. */
export const addProviderPages = (
  server: FastifyInstance,
  kit: PageKit,
  ports: ProviderPorts & { readonly publicUrl?: string },
): void => {
  const { provider, publicUrl } = ports;
  if (provider === undefined) return;
  const desk = new ProviderDesk(ports);
  const totp = new TotpDesk(ports);
  const secure = publicUrl?.startsWith("https:") === true;

  const show = async (request: FastifyRequest, problem?: FieldProblem): Promise<string> => {
    const [identity, { since, hasPassword }] = await Promise.all([desk.own(request), totp.state(request)]);
    return providerPage(kit.frame(request, provider.name), {
      name: provider.name,
      ...(identity && { linked: { since: identity.createdAt, email: identity.email } }),
      asksPassword: hasPassword,
      asksCode: since !== undefined,
      problem,
      notice: kit.notice(request),
    });
  };

  /** A provider that is down is no fault of the form, and said on the same page. */
  const again = async (
    request: FastifyRequest,
    reply: FastifyReply,
    error: unknown,
  ): Promise<FastifyReply> => {
    const isDown = error instanceof Problem && error.code === "provider_failed";
    const problem = isDown ? { text: `${error.message}.` } : fieldProblem(error, ["current", "code"]);
    return kit.send(reply.code(error instanceof Problem ? error.status : 400), await show(request, problem));
  };

  server.get(PLACE, OWN, async (request, reply) => kit.send(reply, await show(request)));

  // A form may lead to no other site, so the way there is a link on the page that answers it.
  server.post(PLACE, OWN, async (request, reply) => {
    const form = new FormBody(request);
    try {
      const proof = { current: form.text("current"), code: form.text("code") };
      const { url, secret } = await desk.beginLink(request, proof);
      reply.header("set-cookie", setProviderCookie(provider, secret, secure));
      return kit.send(
        reply,
        goToProviderPage(kit.frame(request, provider.name), { name: provider.name, url }),
      );
    } catch (error) {
      return await again(request, reply, error);
    }
  });

  server.post(`${PLACE}/unlink`, OWN, async (request, reply) => {
    try {
      await desk.unlink(request);
      return kit.goOn(request, reply, PLACE, { text: "The account is not linked any more." });
    } catch (error) {
      return await again(request, reply, error);
    }
  });
};
