import type { FastifyInstance } from "fastify";
import { askId, askObject } from "./ask.ts";
import type { HttpOptions } from "./options.ts";
import { PasskeyDesk } from "./passkey-desk.ts";

/** What a browser says of a passkey is small; certificates of its maker are not asked for. */
const MOST_BODY = 32_768;

/** `/api/account/passkeys`: one's own. A browser makes one from `options` and sends what it made. */
export const addPasskeyRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const desk = new PasskeyDesk(options);
  const own = { config: { scope: "view", limited: true }, bodyLimit: MOST_BODY } as const;

  server.get("/api/account/passkeys", own, async (request) => ({
    passkeys: await desk.list(request),
    next: null,
    cursor: null,
  }));

  server.post("/api/account/passkeys/options", own, async (request, reply) => {
    const { current, code } = askObject(request);
    reply.header("cache-control", "no-store");
    return await desk.offer(request, { current, code });
  });

  server.post("/api/account/passkeys", own, async (request, reply) => {
    const passkey = await desk.add(request, askObject(request));
    reply.code(201).header("location", `/api/account/passkeys/${passkey.id}`);
    return passkey;
  });

  server.patch("/api/account/passkeys/:id", own, (request) =>
    desk.rename(request, askId(request), askObject(request)["name"]),
  );

  server.delete("/api/account/passkeys/:id", own, async (request, reply) => {
    await desk.remove(request, askId(request));
    return reply.code(204).send();
  });
};
