import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  deleteWorkspacePage,
  newWorkspacePage,
  questionPage,
  workspaceListPage,
  workspacePage,
  type FieldProblem,
  type WorkspaceFields,
} from "#pages";
import { allows, FIRST_WORKSPACE, Problem, scopesOf } from "#wire";
import { askId } from "./ask.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";
import { type OwnWorkspace, titleOf, WorkspaceDesk, type WorkspacePorts } from "./workspace-desk.ts";
import { doerOf, sessionHashIn, sessionHashOf } from "./workspace-routes.ts";

const OWN = { config: { scope: "view", limited: true } } as const;
const FIELDS = ["id", "name", "owner", "confirm"];

/** `/workspaces`: which the reader is in, going to another one, making, naming, leaving and deleting. */
export const addWorkspacePages = (
  server: FastifyInstance,
  kit: PageKit,
  ports: WorkspacePorts,
  origin: (request: FastifyRequest) => string,
): void => {
  const desk = new WorkspaceDesk(ports);
  const pathOf = ({ id }: Pick<OwnWorkspace, "id">): string => `/workspaces/${encodeURIComponent(id)}`;
  const owns = (request: FastifyRequest, { role }: OwnWorkspace): boolean =>
    allows(role === null ? principalOf(request).scopes : scopesOf(role), "admin");
  const mustGet = (request: FastifyRequest): Promise<OwnWorkspace> =>
    desk.get(principalOf(request), askId(request));

  const showOne = (request: FastifyRequest, workspace: OwnWorkspace, problem?: FieldProblem): string =>
    workspacePage(kit.frame(request, titleOf(workspace)), {
      workspace,
      owned: owns(request, workspace),
      deletable: workspace.id !== FIRST_WORKSPACE,
      problem,
      notice: kit.notice(request),
    });

  const showNew = (request: FastifyRequest, fields: WorkspaceFields, problem?: FieldProblem): string =>
    newWorkspacePage(kit.frame(request, "New workspace"), {
      fields,
      owns: principalOf(request).person !== undefined,
      problem,
    });

  /** Does what a form says; where that is refused `again` shows it with what is wrong. */
  const take = async (
    reply: FastifyReply,
    act: () => Promise<FastifyReply>,
    again: (problem: FieldProblem) => string,
  ): Promise<FastifyReply> => {
    try {
      return await act();
    } catch (error) {
      return kit.send(reply.code(400), again(fieldProblem(error, FIELDS)));
    }
  };

  server.get("/workspaces", OWN, async (request, reply) => {
    const principal = principalOf(request);
    const [workspaces, makes] = await Promise.all([desk.list(principal), desk.runsServer(principal)]);
    const page = { workspaces, makes, notice: kit.notice(request) };
    return kit.send(reply, workspaceListPage(kit.frame(request, "Workspaces"), page));
  });

  server.get("/workspaces/new", OWN, async (request, reply) => {
    await desk.mustRun(principalOf(request));
    return kit.send(reply, showNew(request, { id: "", name: "", owner: "" }));
  });

  server.post("/workspaces/new", OWN, async (request, reply) => {
    await desk.mustRun(principalOf(request));
    const form = new FormBody(request);
    const fields = { id: form.text("id"), name: form.text("name"), owner: form.text("owner") };
    return take(
      reply,
      async () => {
        const { workspace, invited } = await desk.create(principalOf(request), fields, doerOf(request));
        const title = titleOf(workspace);
        return kit.goOn(request, reply, "/workspaces", {
          text:
            invited === undefined
              ? `“${title}” is made, and you own it.`
              : `“${title}” is made. Hand this link to ${fields.owner}; it is shown this once, holds for a week, and works once.`,
          ...(invited && { secret: origin(request) + invited.path }),
        });
      },
      (problem) => showNew(request, fields, problem),
    );
  });

  server.get("/workspaces/:id", OWN, async (request, reply) =>
    kit.send(reply, showOne(request, await mustGet(request))),
  );

  server.post("/workspaces/:id", OWN, async (request, reply) => {
    const before = await mustGet(request);
    const name = new FormBody(request).text("name");
    return take(
      reply,
      async () => {
        await desk.rename(principalOf(request), before.id, { name }, doerOf(request));
        return kit.goOn(request, reply, pathOf(before), { text: "The name is saved." });
      },
      (problem) => showOne(request, { ...before, name }, problem),
    );
  });

  server.post("/workspaces/:id/enter", OWN, async (request, reply) => {
    await desk.enter(principalOf(request), sessionHashOf(request), askId(request));
    return reply.redirect("/", 303);
  });

  server.get("/workspaces/:id/leave", OWN, async (request, reply) => {
    const workspace = await mustGet(request);
    const isOnly = (await desk.list(principalOf(request))).length === 1;
    const page = questionPage(kit.frame(request, titleOf(workspace)), {
      heading: `Leave “${titleOf(workspace)}”?`,
      text: isOnly
        ? "You are in no other workspace, so your account is deleted as well. What you made stays."
        : "You come back only with another invitation. What you made stays.",
      yes: "Leave",
      action: `${pathOf(workspace)}/leave`,
      back: pathOf(workspace),
      here: "/account",
    });
    return kit.send(reply, page);
  });

  server.post("/workspaces/:id/leave", OWN, async (request, reply) => {
    const workspace = await mustGet(request);
    return take(
      reply,
      async () => {
        await desk.leave(principalOf(request), workspace.id, doerOf(request), sessionHashIn(request));
        return reply.redirect("/workspaces", 303);
      },
      (problem) => showOne(request, workspace, problem),
    );
  });

  const mustOwn = async (request: FastifyRequest): Promise<OwnWorkspace> => {
    const workspace = await mustGet(request);
    if (owns(request, workspace)) return workspace;
    throw new Problem("forbidden", "only an owner may do this to the workspace");
  };

  server.get("/workspaces/:id/delete", OWN, async (request, reply) => {
    const workspace = await mustOwn(request);
    return kit.send(reply, deleteWorkspacePage(kit.frame(request, titleOf(workspace)), { workspace }));
  });

  server.post("/workspaces/:id/delete", OWN, async (request, reply) => {
    const workspace = await mustOwn(request);
    return take(
      reply,
      async () => {
        const confirm = new FormBody(request).text("confirm");
        const session = sessionHashIn(request);
        await desk.delete(principalOf(request), workspace.id, confirm, doerOf(request), session);
        return reply.redirect("/workspaces", 303);
      },
      (problem) => deleteWorkspacePage(kit.frame(request, titleOf(workspace)), { workspace, problem }),
    );
  });
};
