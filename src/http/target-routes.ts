import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Outbox } from "#ports";
import { encodeTarget, isId, parseTime, Problem, show, type TargetBody } from "#wire";
import { listAlerts } from "./alert-list.ts";
import { pageOf } from "./answer-list.ts";
import { askAfterKey, askId, askLimit, askObject, askOneOf, askText } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { TargetDesk, type StoredTarget } from "./target-desk.ts";

/** Targets hold addresses of people: whoever only views does not see them. */
const MANAGE = { config: { scope: "manage" } } as const;

const answer = (reply: FastifyReply, { target, secretsChanged }: StoredTarget): TargetBody => {
  if (secretsChanged) reply.header("cache-control", "no-store");
  return encodeTarget(target, secretsChanged ? "withSecrets" : "redacted");
};

/** Which alerts go back: `{"from"?: time, "event"?: id}`; without either every dead letter. */
const readRedrive = (request: FastifyRequest): { readonly since?: number; readonly event?: string } => {
  const { from, event } = request.body === undefined || request.body === null ? {} : askObject(request);
  if (from !== undefined && event !== undefined) {
    throw new Problem("invalid_field", "from and event are given; expected one of them");
  }
  if (event !== undefined) {
    if (typeof event === "string" && isId(event)) return { event };
    throw new Problem("invalid_field", `event is ${show(event)}; expected the id of an event`);
  }
  if (from === undefined) return {};
  const since = typeof from === "string" ? parseTime(from) : from;
  if (typeof since === "number" && Number.isFinite(since)) return { since };
  throw new Problem("invalid_field", `from is ${show(from)}; expected RFC 3339 or milliseconds since 1970`);
};

const addEditing = (server: FastifyInstance, desk: TargetDesk): void => {
  server.post("/api/targets", MANAGE, async (request, reply) => {
    const made = await desk.create(principalOf(request).workspace, askObject(request));
    reply.code(201).header("location", `/api/targets/${encodeURIComponent(made.target.id)}`);
    return answer(reply, made);
  });

  server.put("/api/targets/:id", MANAGE, async (request, reply) =>
    answer(reply, await desk.replace(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.patch("/api/targets/:id", MANAGE, async (request, reply) =>
    answer(reply, await desk.patch(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.delete("/api/targets/:id", MANAGE, async (request, reply) => {
    const force = askOneOf(request, "force", ["true", "false"]) === "true";
    await desk.delete(principalOf(request).workspace, askId(request), force);
    return reply.code(204).send();
  });
};

const addSending = (server: FastifyInstance, desk: TargetDesk, outbox: Outbox): void => {
  server.post("/api/targets/:id/test", MANAGE, async (request) => {
    const { duration, ...rest } = await desk.test(principalOf(request).workspace, askId(request));
    return { ok: rest.error === undefined, ...rest, durationMs: duration };
  });

  server.get("/api/targets/:id/alerts", MANAGE, async (request) => {
    const { workspace } = principalOf(request);
    // A deleted target leaves its dead letters behind; a wrong id leaves nothing.
    const target = askId(request);
    const body = await listAlerts(request, outbox, { workspace, target });
    if (body.alerts.length === 0) await desk.get(workspace, target);
    return body;
  });

  server.post("/api/targets/:id/redrive", MANAGE, async (request) => {
    const { workspace } = principalOf(request);
    const requeued = await desk.redrive({ workspace, target: askId(request), ...readRedrive(request) });
    return { requeued };
  });
};

/** `/api/targets[/{id}]`, what was sent to them, `/api/alerts` and `/api/push/key`. */
export const addTargetRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const { targets, outbox, delivery } = ports;
  const desk = new TargetDesk(ports);

  server.get("/api/targets", MANAGE, async (request) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "targets");
    const found = await targets.list(principalOf(request).workspace, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    const { items, end } = pageOf("targets", found, { limit, after }, ({ id }) => id);
    return { targets: items.map((target) => encodeTarget(target)), ...end };
  });

  server.get("/api/targets/:id", MANAGE, async (request) =>
    encodeTarget(await desk.get(principalOf(request).workspace, askId(request))),
  );

  addEditing(server, desk);

  addSending(server, desk, outbox);

  server.get("/api/alerts", MANAGE, async (request) => {
    const event = askText(request, "event");
    const target = askText(request, "target");
    return await listAlerts(request, outbox, {
      workspace: principalOf(request).workspace,
      ...(event !== undefined && { event }),
      ...(target !== undefined && { target }),
    });
  });

  server.get("/api/push/key", async () => {
    if (delivery?.pushKey === undefined)
      throw new Problem("not_found", "this server has no key for web push");
    return { publicKey: delivery.pushKey };
  });
};
