import type { FastifyInstance, FastifyRequest } from "fastify";
import { encodeKeyCursor } from "#wire";
import { askAfterKey, askId, askLimit, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpOptions } from "./options.ts";
import { encodeShareAnswer } from "./share-bodies.ts";
import type { ShareDesk } from "./share-desk.ts";

/** Who may share what they see. */
export const SHARING = { config: { scope: "operate", limited: true } } as const;

/** `/api/shares[/{id}]`: list, create, change, revoke; needs `operate`. */
export const addShareRoutes = (
  server: FastifyInstance,
  { publicUrl }: HttpOptions,
  desk: ShareDesk,
): void => {
  const origin = (request: FastifyRequest): string => publicUrl ?? `${request.protocol}://${request.host}`;

  server.get("/api/shares", SHARING, async (request) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "shares");
    const rest = (await desk.list(principalOf(request))).filter(
      ({ id }) => after === undefined || id > after,
    );
    const page = rest.slice(0, limit);
    const end = page.at(-1)?.id ?? after;
    const cursor = end === undefined ? null : encodeKeyCursor("shares", end);
    return { shares: page.map(encodeShareAnswer), next: rest.length > limit ? cursor : null, cursor };
  });

  server.post("/api/shares", SHARING, async (request, reply) => {
    const { share, path } = await desk.create(principalOf(request), askObject(request));
    reply.code(201).header("location", `/api/shares/${share.id}`).header("cache-control", "no-store");
    return { ...encodeShareAnswer(share), url: origin(request) + path };
  });

  server.get("/api/shares/:id", SHARING, async (request) =>
    encodeShareAnswer(await desk.get(principalOf(request), askId(request))),
  );

  server.patch("/api/shares/:id", SHARING, async (request) =>
    encodeShareAnswer(await desk.change(principalOf(request), askId(request), askObject(request))),
  );

  server.delete("/api/shares/:id", SHARING, async (request, reply) => {
    await desk.revoke(principalOf(request), askId(request));
    return reply.code(204).send();
  });
};
