import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "#wire";
import { askText } from "./ask.ts";
import { clearCookie, readCookie, setCookie } from "./cookie.ts";
import type { HttpOptions } from "./options.ts";
import { CALLBACK, type Provider } from "./provider.ts";
import { ProviderDesk } from "./provider-desk.ts";
import { safeTarget } from "./safe-target.ts";
import { SessionOpener } from "./session-opener.ts";
import { sendPage, wantsJson } from "./sign-in.ts";
import { signInView } from "./sign-in-view.ts";

const PUBLIC = { config: { access: "public" }, exposeHeadRoute: false } as const;

/** The cookie of a browser that is at the provider. The way back comes from another site, so it is `Lax`. */
const COOKIE = { name: "whereabouts_provider", path: "/sign-in/provider" } as const;

/** `Set-Cookie` by which a browser is known when it comes back from the provider. */
export const setProviderCookie = (provider: Provider, secret: string, secure: boolean): string =>
  setCookie(COOKIE, secret, provider.patience, secure);

/** `/sign-in/provider`: there, and back. */
export const addProviderSignIn = (server: FastifyInstance, options: HttpOptions): void => {
  const { provider, lockOut } = options;
  if (provider === undefined) return;
  const desk = new ProviderDesk(options);
  const sessions = new SessionOpener(options);

  /** What went wrong stands on the sign-in page, with the other ways in. */
  const tell = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply => {
    if (!(error instanceof Problem) || error.code === "internal" || wantsJson(request)) throw error;
    return sendPage(reply.code(error.status), signInView(request, options, { problem: error.message }));
  };

  const logged = new WeakSet<Problem>();
  /** What the provider did wrong, once; what a stranger did is no matter of the log. */
  const log = (error: unknown): void => {
    if (!(error instanceof Problem) || !(error.cause instanceof Error) || logged.has(error)) return;
    logged.add(error);
    const { code, cause } = error;
    options.logger?.warn({ code, why: cause.message }, "a sign-in at the provider failed");
  };

  server.get("/sign-in/provider", PUBLIC, async (request, reply) => {
    try {
      lockOut.addresses.check(request.ip);
      const { url, secret } = await provider.begin(request.ip, {
        target: safeTarget(askText(request, "to")),
      });
      return await reply
        .header("set-cookie", setProviderCookie(provider, secret, sessions.secure))
        .header("cache-control", "no-store")
        .redirect(url, 303);
    } catch (error) {
      log(error);
      return tell(request, reply, error);
    }
  });

  server.get(CALLBACK, PUBLIC, async (request, reply) => {
    const secret = readCookie(request.headers.cookie, COOKIE.name);
    reply.header("set-cookie", clearCookie(COOKIE, sessions.secure)).header("cache-control", "no-store");
    try {
      const { account, target, link } = await provider.finish(secret, request.url);
      if (link === undefined) await sessions.open(request, reply, await desk.enter(request, account));
      else await desk.link(request, link, account);
      return await reply.redirect(target, 303);
    } catch (error) {
      log(error);
      return tell(request, reply, error);
    }
  });
};
