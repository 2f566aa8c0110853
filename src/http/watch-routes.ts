import type { FastifyInstance } from "fastify";
import { encodeWatch } from "#wire";
import { pageOf } from "./answer-list.ts";
import { askAfterKey, askId, askLimit, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { WatchDesk } from "./watch-desk.ts";

/** `/api/watches[/{id}]`; reading needs `view`, changing `admin`. */
export const addWatchRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const desk = new WatchDesk(ports);

  server.get("/api/watches", async (request) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "watches");
    const { workspace } = principalOf(request);
    const found = await ports.definitions.list("watch", workspace, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    const { items, end } = pageOf("watches", found, { limit, after }, ({ id }) => id);
    return { watches: items.map(encodeWatch), ...end };
  });

  server.get("/api/watches/:id", async (request) =>
    encodeWatch(await desk.get(principalOf(request).workspace, askId(request))),
  );

  server.post("/api/watches", async (request, reply) => {
    const watch = await desk.create(principalOf(request).workspace, askObject(request));
    reply.code(201).header("location", `/api/watches/${encodeURIComponent(watch.id)}`);
    return encodeWatch(watch);
  });

  server.put("/api/watches/:id", async (request) =>
    encodeWatch(await desk.replace(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.patch("/api/watches/:id", async (request) =>
    encodeWatch(await desk.patch(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.delete("/api/watches/:id", async (request, reply) => {
    await desk.delete(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });
};
