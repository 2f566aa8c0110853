import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  isFormKind,
  newTarget,
  questionPage,
  targetBody,
  targetFields,
  targetFormPage,
  targetKindsPage,
  targetListPage,
  targetPage,
  type FieldProblem,
  type Notice,
  type TargetFields,
} from "#pages";
import { parseTime, Problem, type Target, type TargetKind } from "#wire";
import { askId, askText } from "./ask.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { ADMIN_PAGE, type PageKit } from "./page-kit.ts";
import { TargetData, type TargetDataPorts } from "./target-data.ts";
import { TargetDesk, type StoredTarget, type TargetDeskPorts } from "./target-desk.ts";

/** What the pages of targets read and write. */
export type TargetPagePorts = TargetDeskPorts & TargetDataPorts;

/** Fields that can be wrong, by the names that the API has for them. */
const FIELDS: Readonly<Record<TargetKind["kind"], readonly string[]>> = {
  webhook: ["name", "url", "secret"],
  email: ["name", "to"],
  mqtt: ["name", "url", "topic", "qos", "username", "password"],
  push: ["name"],
};

const readFields = (form: FormBody, kind: TargetKind["kind"]): TargetFields => ({
  kind,
  name: form.text("name"),
  enabled: form.has("enabled"),
  url: form.text("url"),
  to: form.text("to"),
  topic: form.text("topic"),
  qos: form.text("qos") || "1",
  username: form.text("username"),
  secret: form.text("secret") || form.text("password"),
  forget: form.has("forget"),
});

const pathOf = ({ id }: Target): string => `/targets/${encodeURIComponent(id)}`;

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

  const show = (
    request: FastifyRequest,
    fields: TargetFields,
    target?: Target,
    problem?: FieldProblem,
  ): string =>
    targetFormPage(kit.frame(request, target?.name ?? "New target"), {
      fields,
      problem,
      hasPassword: target?.kind === "mqtt" && target.password !== undefined,
      ...(target !== undefined && { id: target.id }),
    });

  const mustGet = (request: FastifyRequest): Promise<Target> =>
    desk.get(principalOf(request).workspace, askId(request));

  /** Answers the page to show again, or the target that was stored. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    kind: TargetKind["kind"],
    target?: Target,
  ): Promise<string | StoredTarget> => {
    const { workspace } = principalOf(request);
    const fields = readFields(new FormBody(request), kind);
    try {
      const body = targetBody(fields);
      if (target === undefined) return await desk.create(workspace, body);
      // A patch takes nothing away that it does not name: a user name that was emptied would stay.
      if (kind === "mqtt" && fields.username.trim() === "") {
        return await desk.replace(workspace, target.id, body);
      }
      return await desk.patch(workspace, target.id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS[kind]);
      reply.code(400);
      return show(request, fields, target, problem);
    }
  };

  server.get("/targets", ADMIN_PAGE, async (request, reply) => {
    const targets = await data.list(principalOf(request).workspace);
    const page = { targets, push, notice: kit.notice(request), now: ports.clock.now() };
    return kit.send(reply, targetListPage(kit.frame(request, "Targets"), page));
  });

  server.get("/targets/new", ADMIN_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (isFormKind(kind)) return kit.send(reply, show(request, newTarget(kind)));
    return kit.send(reply, targetKindsPage(kit.frame(request, "New target"), push));
  });

  server.post("/targets/new", ADMIN_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isFormKind(kind)) {
      return kit.send(reply, targetKindsPage(kit.frame(request, "New target"), push));
    }
    const taken = await take(request, reply, kind);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, pathOf(taken.target), noticeOf(taken, "The target is made."));
  });

  server.get("/targets/:id", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    const page = await data.one(target, kit.notice(request));
    return kit.send(reply, targetPage(kit.frame(request, target.name), page));
  });

  server.get("/targets/:id/edit", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    return kit.send(reply, show(request, targetFields(target), target));
  });

  server.post("/targets/:id/edit", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    const taken = await take(request, reply, target.kind, target);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, pathOf(target), noticeOf(taken, "The target is saved."));
  });

  addActions(server, kit, desk);
};

/** What can be done with a target: try it, send again, change its secret, delete it. */
const addActions = (server: FastifyInstance, kit: PageKit, desk: TargetDesk): void => {
  const mustGet = (request: FastifyRequest): Promise<Target> =>
    desk.get(principalOf(request).workspace, askId(request));

  server.post("/targets/:id/test", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    const { status, duration, error } = await desk.test(target.workspace, target.id);
    const answered = status === undefined ? "" : `, answer ${status}`;
    const took = `(${Math.round(duration)} ms${answered})`;
    const notice =
      error === undefined
        ? { text: `The test was taken ${took}.` }
        : { text: `The test was not taken: ${error} ${took}.`, bad: true };
    return kit.goOn(request, reply, pathOf(target), notice);
  });

  server.post("/targets/:id/redrive", ADMIN_PAGE, async (request, reply) => {
    const { workspace, id: target } = await mustGet(request);
    const form = new FormBody(request);
    const since = form.text("which") === "since" ? parseTime(`${form.text("from")}:00Z`) : undefined;
    if (form.text("which") === "since" && since === undefined) {
      throw new Problem("invalid_field", `from is ${JSON.stringify(form.text("from"))}; expected a time`);
    }
    const count = await desk.redrive({ workspace, target, ...(since !== undefined && { since }) });
    const text = count === 1 ? "One alert waits to be sent again." : `${count} alerts wait to be sent again.`;
    return kit.goOn(request, reply, `/targets/${encodeURIComponent(target)}`, { text });
  });

  server.post("/targets/:id/rotate", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    const stored = await desk.patch(target.workspace, target.id, { rotate: true });
    const notice = noticeOf(stored, "Requests are signed with a new secret, and with the one before.");
    return kit.goOn(request, reply, pathOf(target), notice);
  });

  server.get("/targets/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const target = await mustGet(request);
    const { name, workspace, id } = target;
    const rules = await desk.rulesOf(workspace, id);
    const used = rules.map((rule) => `“${rule.name}”`).join(", ");
    const page = questionPage(kit.frame(request, name), {
      heading: `Delete “${name}”?`,
      text: `${used === "" ? "No rule names it." : `These rules tell it, and will tell one less: ${used}.`} What waits for it is given up.`,
      yes: "Delete the target",
      action: `${pathOf(target)}/delete`,
      back: pathOf(target),
      here: "/targets",
    });
    return kit.send(reply, page);
  });

  server.post("/targets/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const { name, workspace, id } = await mustGet(request);
    await desk.delete(workspace, id, true);
    return kit.goOn(request, reply, "/targets", { text: `“${name}” is deleted.` });
  });
};
