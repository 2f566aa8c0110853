import type { FastifyInstance, FastifyRequest } from "fastify";
import { AccountDesk } from "./account-desk.ts";
import { askId, askObject } from "./ask.ts";
import type { HttpOptions } from "./options.ts";

/** `/api/account`: one's own name, password and sessions. */
export const addAccountRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const desk = new AccountDesk(options);
  const own = { config: { scope: "view", limited: true } } as const;
  const encode = async (request: FastifyRequest) => {
    const { id, email, name } = await desk.person(request);
    const workspaces = await options.members.of(id);
    return {
      id,
      email,
      name,
      workspaces: workspaces.map(({ workspace, role, groups }) => ({
        id: workspace,
        role,
        groups: groups ?? null,
      })),
    };
  };

  server.get("/api/account", own, encode);

  server.patch("/api/account", own, async (request) => {
    await desk.rename(request, askObject(request)["name"]);
    return await encode(request);
  });

  server.put("/api/account/password", own, async (request, reply) => {
    const { current, password } = askObject(request);
    await desk.changePassword(request, current, password);
    return reply.code(204).send();
  });

  server.get("/api/account/sessions", own, async (request) => ({
    sessions: await desk.sessions(request),
    next: null,
    cursor: null,
  }));

  server.delete("/api/account/sessions/:id", own, async (request, reply) => {
    await desk.endSession(request, askId(request));
    return reply.code(204).send();
  });
};
