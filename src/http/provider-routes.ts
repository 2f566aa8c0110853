import type { FastifyInstance } from "fastify";
import { formatTime } from "#wire";
import type { HttpOptions } from "./options.ts";
import { ProviderDesk } from "./provider-desk.ts";

/** `/api/account/provider`: one's own account at the sign-in provider. It is linked on the page of the account. */
export const addProviderRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  if (options.provider === undefined) return;
  const { name, issuer } = options.provider;
  const desk = new ProviderDesk(options);
  const own = { config: { scope: "view", limited: true } } as const;

  server.get("/api/account/provider", own, async (request) => {
    const identity = await desk.own(request);
    const since = identity === undefined ? null : formatTime(identity.createdAt);
    return { name, issuer, linked: identity !== undefined, email: identity?.email ?? null, since };
  });

  server.delete("/api/account/provider", own, async (request, reply) => {
    await desk.unlink(request);
    return reply.code(204).send();
  });
};
