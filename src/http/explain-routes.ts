import type { FastifyInstance } from "fastify";
import type { Principal } from "#ports";
import { allows, encodeEvent, formatTime, Problem, show, type Event } from "#wire";
import { encodeAlert, gistOf } from "./alert-body.ts";
import { askId, askTime } from "./ask.ts";
import { EventExplainer } from "./event-explainer.ts";
import { encodeExplanation, type PositionExplanationBody } from "./explanation-body.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { seenBy } from "./sight.ts";

/** `/api/events/{id}[/explain]` and `/api/devices/{id}/explain`; needs `view`. */
export const addExplainRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const { devices, explain } = ports;
  const explainer = new EventExplainer(ports);

  const mustGet = async (principal: Principal, id: string): Promise<Event> => {
    const event = await seenBy(principal, ports).events.get(principal.workspace, id);
    if (event === undefined) throw new Problem("not_found", `there is no event ${show(id)}`);
    return event;
  };

  server.get("/api/events/:id", { config: { limited: true } }, async (request) =>
    encodeEvent(await mustGet(principalOf(request), askId(request))),
  );

  server.get("/api/events/:id/explain", async (request) => {
    const { scopes } = principalOf(request);
    const { event, position, confirmed, rules, alerts } = await explainer.explain(
      await mustGet(principalOf(request), askId(request)),
    );
    return {
      event: encodeEvent(event),
      ...(position !== undefined && encodeExplanation(position)),
      ...(confirmed !== undefined && { confirmed: encodeExplanation(confirmed) }),
      rules,
      // What became of an alert may name where it went.
      alerts: allows(scopes, "manage") ? alerts.map(encodeAlert) : alerts.map(gistOf),
    };
  });

  server.get("/api/devices/:id/explain", async (request): Promise<PositionExplanationBody> => {
    const { workspace } = principalOf(request);
    const id = askId(request);
    const device = await devices.get(workspace, id);
    if (device === undefined) throw new Problem("unknown_device", `there is no device ${show(id)}`);
    // The live state may be newer than the stored one.
    const newest = ports.latest.get(workspace, id) ?? device.status;
    const time = askTime(request, "time") ?? newest.fix?.time;
    const position = time === undefined ? undefined : await explain?.position(workspace, id, time);
    if (position !== undefined) return encodeExplanation(position);
    const which = time === undefined ? "no position" : `no position of ${formatTime(time)} to explain`;
    throw new Problem("not_found", `the device ${show(id)} has ${which}`);
  });
};
