import type { FastifyInstance } from "fastify";
import { eventPage } from "#pages";
import type { Clock, Events } from "#ports";
import { Problem, show, type Event } from "#wire";
import { AlertRows, type AlertRowPorts } from "./alert-rows.ts";
import { askId } from "./ask.ts";
import { EventExplainer, type ExplainerPorts } from "./event-explainer.ts";
import { EventRows } from "./event-rows.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";
import { seenBy } from "./sight.ts";

/** What the page of an event reads. */
export interface EventPagePorts extends ExplainerPorts, AlertRowPorts {
  readonly clock: Clock;
}

/** Events of the same moment that are looked at for those about this one. */
const MOST_AMENDMENTS = 100;

/** `/events/{id}`: the fact, who was told, and why. */
export const addEventPages = (server: FastifyInstance, kit: PageKit, ports: EventPagePorts): void => {
  const explainer = new EventExplainer(ports);
  const rows = new EventRows(ports);
  const alertRows = new AlertRows(ports);

  /** The event that this one is about, and those that are about this one: they carry its time. */
  const related = async (event: Event, events: Events): Promise<readonly Event[]> => {
    const { workspace, device, id, time, withdraws, revises } = event;
    const about = withdraws ?? revises;
    if (about !== undefined) {
      const found = await events.get(workspace, about);
      return found === undefined ? [] : [found];
    }
    const types = ["withdrawn", "revised"] as const;
    const page = await events.list({
      workspace,
      device,
      types,
      from: time,
      to: time,
      limit: MOST_AMENDMENTS,
    });
    return page.events
      .map((found) => found.event)
      .filter((other) => other.withdraws === id || other.revises === id);
  };

  // Rules are about the whole workspace: whoever is limited to groups sees the event without them.
  server.get("/events/:id", { config: { limited: true } }, async (request, reply) => {
    const { workspace, groups } = principalOf(request);
    const id = askId(request);
    const { events } = seenBy(principalOf(request), ports);
    const event = await events.get(workspace, id);
    if (event === undefined) throw new Problem("not_found", `there is no event ${show(id)}`);
    const [explained, others] = await Promise.all([explainer.explain(event), related(event, events)]);
    const [[row], relatedRows, alerts] = await Promise.all([
      rows.of(workspace, [event]),
      rows.of(workspace, others),
      kit.may(request, "manage") ? alertRows.of(workspace, explained.alerts) : explained.alerts.length,
    ]);
    if (row === undefined) throw new TypeError("a row was lost");
    const { detectedAt, fix, withdrawnAt, late, imported } = event;
    const page = eventPage(kit.frame(request, "Event"), {
      event: row,
      detectedAt,
      fix,
      withdrawnAt,
      late,
      imported,
      related: relatedRows,
      alerts,
      layers: explained.position,
      confirmed: explained.confirmed,
      rules: groups === undefined ? explained.rules : undefined,
      now: ports.clock.now(),
    });
    return kit.send(reply, page);
  });
};
