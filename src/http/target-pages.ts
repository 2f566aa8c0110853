import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  isFormKind,
  newTarget,
  targetFields,
  targetKindsPage,
  targetListPage,
  targetPage,
  type Notice,
} from "#pages";
import { parseTime, Problem, type Target } from "#wire";
import { askId, askText } from "./ask.ts";
import { addDeletion } from "./deletion-pages.ts";
import { FormBody } from "./form-body.ts";
import { principalOf } from "./gate.ts";
import { MANAGE_PAGE, type PageKit } from "./page-kit.ts";
import { TargetData, type TargetDataPorts } from "./target-data.ts";
import { TargetDesk, type StoredTarget, type TargetDeskPorts } from "./target-desk.ts";
import { TargetForm } from "./target-form.ts";

/** What the pages of targets read and write. */
export type TargetPagePorts = TargetDeskPorts & TargetDataPorts;

const pathOf = ({ id }: Target): string => `/targets/${encodeURIComponent(id)}`;

const mustGet = (request: FastifyRequest, desk: TargetDesk): Promise<Target> =>
  desk.get(principalOf(request).workspace, askId(request));

/** What the next page says of a target that was stored; a secret this once. */
const noticeOf = ({ target, secretsChanged }: StoredTarget, text: string): Notice => {
  const [secret] = target.kind === "webhook" ? target.secrets : [];
  if (!secretsChanged || secret === undefined) return { text };
  return { text: `${text} Keep its secret now: it is not shown again.`, secret };
};

/** The list of targets, their forms, and the page of each. */
export const addTargetPages = (server: FastifyInstance, kit: PageKit, ports: TargetPagePorts): void => {
  const desk = new TargetDesk(ports);
  const data = new TargetData(ports, desk);
  const push = ports.delivery?.pushKey !== undefined;

  server.get("/targets", MANAGE_PAGE, async (request, reply) => {
    const targets = await data.list(principalOf(request).workspace);
    const page = { targets, push, notice: kit.notice(request), now: ports.clock.now() };
    return kit.send(reply, targetListPage(kit.frame(request, "Targets"), page));
  });

  server.get("/targets/:id", MANAGE_PAGE, async (request, reply) => {
    const target = await desk.get(principalOf(request).workspace, askId(request));
    const page = await data.one(target, kit.notice(request));
    return kit.send(reply, targetPage(kit.frame(request, target.name), page));
  });

  addForm(server, kit, desk, push);
  addActions(server, kit, desk);
};

/** Makes and changes targets. */
const addForm = (server: FastifyInstance, kit: PageKit, desk: TargetDesk, push: boolean): void => {
  const form = new TargetForm(kit, desk);

  server.get("/targets/new", MANAGE_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (isFormKind(kind)) return kit.send(reply, form.show(request, newTarget(kind)));
    return kit.send(reply, targetKindsPage(kit.frame(request, "New target"), push));
  });

  server.post("/targets/new", MANAGE_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isFormKind(kind)) {
      return kit.send(reply, targetKindsPage(kit.frame(request, "New target"), push));
    }
    const taken = await form.take(request, reply, kind);
    if (typeof taken === "string") return kit.send(reply, taken);
    request.made = [taken.target.id];
    return kit.goOn(request, reply, pathOf(taken.target), noticeOf(taken, "The target is made."));
  });

  server.get("/targets/:id/edit", MANAGE_PAGE, async (request, reply) => {
    const target = await mustGet(request, desk);
    return kit.send(reply, form.show(request, targetFields(target), target));
  });

  server.post("/targets/:id/edit", MANAGE_PAGE, async (request, reply) => {
    const target = await mustGet(request, desk);
    const taken = await form.take(request, reply, target.kind, target);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, pathOf(target), noticeOf(taken, "The target is saved."));
  });
};

/** What can be done with a target: try it, send again, change its secret, delete it. */
const addActions = (server: FastifyInstance, kit: PageKit, desk: TargetDesk): void => {
  server.post("/targets/:id/test", MANAGE_PAGE, async (request, reply) => {
    const target = await mustGet(request, desk);
    const { status, duration, error } = await desk.test(target.workspace, target.id);
    const answered = status === undefined ? "" : `, answer ${status}`;
    const took = `(${Math.round(duration)} ms${answered})`;
    const notice =
      error === undefined
        ? { text: `The test was taken ${took}.` }
        : { text: `The test was not taken: ${error} ${took}.`, bad: true };
    return kit.goOn(request, reply, pathOf(target), notice);
  });

  server.post("/targets/:id/redrive", MANAGE_PAGE, async (request, reply) => {
    const { workspace, id: target } = await mustGet(request, desk);
    const form = new FormBody(request);
    const since = form.text("which") === "since" ? parseTime(`${form.text("from")}:00Z`) : undefined;
    if (form.text("which") === "since" && since === undefined) {
      throw new Problem("invalid_field", `from is ${JSON.stringify(form.text("from"))}; expected a time`);
    }
    const count = await desk.redrive({ workspace, target, ...(since !== undefined && { since }) });
    const text = count === 1 ? "One alert waits to be sent again." : `${count} alerts wait to be sent again.`;
    return kit.goOn(request, reply, `/targets/${encodeURIComponent(target)}`, { text });
  });

  server.post("/targets/:id/rotate", MANAGE_PAGE, async (request, reply) => {
    const target = await mustGet(request, desk);
    const stored = await desk.patch(target.workspace, target.id, { rotate: true });
    const notice = noticeOf(stored, "Requests are signed with a new secret, and with the one before.");
    return kit.goOn(request, reply, pathOf(target), notice);
  });

  addDeletion(server, kit, {
    place: "/targets",
    yes: "Delete the target",
    get: (workspace, id) => desk.get(workspace, id),
    warn: async ({ workspace, id }) => {
      const rules = await desk.rulesOf(workspace, id);
      const used = rules.map((rule) => `“${rule.name}”`).join(", ");
      const told =
        used === "" ? "No rule names it." : `These rules tell it, and will tell one less: ${used}.`;
      return `${told} What waits for it is given up.`;
    },
    delete: (workspace, id) => desk.delete(workspace, id, true),
  });
};
