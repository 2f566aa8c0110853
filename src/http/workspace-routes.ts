import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "#wire";
import { askId, askObject, askOneOf } from "./ask.ts";
import { sessionCookie } from "./cookie.ts";
import { principalOf } from "./gate.ts";
import type { HttpOptions } from "./options.ts";
import { hashSecret } from "./secrets.ts";
import { type Doer, WorkspaceDesk } from "./workspace-desk.ts";

/** Who asks, as the audit log has it. */
export const doerOf = (request: FastifyRequest): Doer => {
  const { person, id, name } = principalOf(request);
  return { by: person ?? id, ...(name !== undefined && { byName: name }), address: request.ip };
};

/** Hash of a person's session that the request came with. */
export const sessionHashIn = (request: FastifyRequest): string | undefined => {
  const { via, person } = principalOf(request);
  const cookie =
    via === "session" && person !== undefined ? sessionCookie(request.headers.cookie) : undefined;
  return cookie === undefined ? undefined : hashSecret(cookie);
};

/** The same. Throws `forbidden` for a token, and for a session that one opened. */
export const sessionHashOf = (request: FastifyRequest): string => {
  const hash = sessionHashIn(request);
  if (hash !== undefined) return hash;
  throw new Problem("forbidden", "only who signed in as a person can go to another workspace");
};

/** `/api/workspaces`: which there are, making, naming, entering, leaving and deleting them. */
export const addWorkspaceRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const desk = new WorkspaceDesk(options);
  // What somebody may do follows from what they are in the workspace that is named, not in the present one.
  const own = { config: { scope: "view", limited: true } } as const;

  server.get("/api/workspaces", own, async (request) => {
    const principal = principalOf(request);
    const isAll = askOneOf(request, "all", ["true"] as const) !== undefined;
    const workspaces = isAll ? await desk.all(principal) : await desk.list(principal);
    return { workspaces, next: null, cursor: null };
  });

  server.post("/api/workspaces", own, async (request, reply) => {
    const made = await desk.create(principalOf(request), askObject(request), doerOf(request));
    const { workspace, invited } = made;
    reply.code(201).header("location", `/api/workspaces/${workspace.id}`).header("cache-control", "no-store");
    return { ...workspace, ...(invited && { link: (options.publicUrl ?? "") + invited.path }) };
  });

  server.get("/api/workspaces/:id", own, async (request) => desk.get(principalOf(request), askId(request)));

  server.patch("/api/workspaces/:id", own, async (request) =>
    desk.rename(principalOf(request), askId(request), askObject(request), doerOf(request)),
  );

  server.delete("/api/workspaces/:id", own, async (request, reply) => {
    const { confirm } = askObject(request);
    await desk.delete(principalOf(request), askId(request), confirm, doerOf(request), sessionHashIn(request));
    return reply.code(202).send({ id: askId(request), state: "deleting" });
  });

  server.post("/api/workspaces/:id/leave", own, async (request, reply) => {
    await desk.leave(principalOf(request), askId(request), doerOf(request), sessionHashIn(request));
    return reply.code(204).send();
  });

  server.post("/api/workspaces/:id/enter", own, async (request, reply) => {
    await desk.enter(principalOf(request), sessionHashOf(request), askId(request));
    return reply.code(204).send();
  });
};
