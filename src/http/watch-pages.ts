import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  isWatchKind,
  newWatch,
  watchBody,
  watchFields,
  watchFormPage,
  watchKindsPage,
  watchListPage,
  type FieldProblem,
  type WatchFields,
} from "#pages";
import type { Watch, WatchId, WatchKind } from "#wire";
import { askId, askText } from "./ask.ts";
import { namesOfWatches, type NamePorts } from "./definition-names.ts";
import { addDeletion } from "./deletion-pages.ts";
import { FormBody } from "./form-body.ts";
import { ownZone, watchChoices, type ChoicePorts } from "./form-choices.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { MANAGE_PAGE, type PageKit } from "./page-kit.ts";
import { WatchDesk, type WatchDeskPorts } from "./watch-desk.ts";

/** What the pages of watches read and write. */
export type WatchPagePorts = WatchDeskPorts & ChoicePorts & NamePorts;

/** Watches that the list shows. */
const MOST_WATCHES = 1000;

/** Fields that can be wrong, by the names that the API has for them. */
const FIELDS = [
  "name",
  "groups",
  "devices",
  "seconds",
  "speed",
  "fence",
  "days",
  "from",
  "by",
  "timeZone",
  "radius",
  "exitMargin",
  "others",
];

const readFields = (form: FormBody, kind: WatchKind["kind"]): WatchFields => ({
  kind,
  name: form.text("name"),
  groups: form.list("groups"),
  devices: form.text("devices"),
  span: { amount: form.text("seconds"), unit: form.text("unit") },
  speed: form.text("speed"),
  fence: form.text("fence"),
  days: form.list("days"),
  from: form.text("from"),
  by: form.text("by"),
  timeZone: form.text("timeZone"),
  radius: form.text("radius"),
  exitMargin: form.text("exitMargin"),
  otherGroups: form.list("otherGroups"),
  otherDevices: form.text("otherDevices"),
});

/** The forms of watches: shows them, and takes what was posted. */
class WatchForm {
  readonly #kit: PageKit;
  readonly #ports: WatchPagePorts;
  readonly #desk: WatchDesk;

  constructor(kit: PageKit, ports: WatchPagePorts, desk: WatchDesk) {
    this.#kit = kit;
    this.#ports = ports;
    this.#desk = desk;
  }

  async show(
    request: FastifyRequest,
    fields: WatchFields,
    id?: WatchId,
    problem?: FieldProblem,
  ): Promise<string> {
    return watchFormPage(this.#kit.frame(request, id === undefined ? "New watch" : fields.name), {
      fields,
      problem,
      choices: await watchChoices(this.#ports, principalOf(request).workspace),
      ...(id !== undefined && { id }),
    });
  }

  /** Answers the page to show again, or the watch that was stored. */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: WatchKind["kind"],
    id?: WatchId,
  ): Promise<string | Watch> {
    const { workspace } = principalOf(request);
    const fields = readFields(new FormBody(request), kind);
    try {
      const body = watchBody(fields);
      if (id === undefined) return await this.#desk.create(workspace, body);
      return await this.#desk.replace(workspace, id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      reply.code(400);
      return await this.show(request, fields, id, problem);
    }
  }
}

/** The list of watches, their forms, and the question before one is deleted. */
export const addWatchPages = (server: FastifyInstance, kit: PageKit, ports: WatchPagePorts): void => {
  const desk = new WatchDesk(ports);
  const form = new WatchForm(kit, ports, desk);

  server.get("/watches", async (request, reply) => {
    const { workspace } = principalOf(request);
    const watches = await ports.definitions.list("watch", workspace, { limit: MOST_WATCHES });
    const names = await namesOfWatches(ports, workspace, watches);
    const page = { watches, names, notice: kit.notice(request) };
    return kit.send(reply, watchListPage(kit.frame(request, "Watches"), page));
  });

  server.get("/watches/new", MANAGE_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isWatchKind(kind)) return kit.send(reply, watchKindsPage(kit.frame(request, "New watch")));
    return kit.send(reply, await form.show(request, newWatch(kind, ownZone())));
  });

  server.post("/watches/new", MANAGE_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isWatchKind(kind)) return kit.send(reply, watchKindsPage(kit.frame(request, "New watch")));
    const taken = await form.take(request, reply, kind);
    if (typeof taken === "string") return kit.send(reply, taken);
    request.made = [taken.id];
    return kit.goOn(request, reply, "/watches", {
      text: `“${taken.name}” is made. Its events appear in the feed; a rule decides who is told.`,
    });
  });

  server.get("/watches/:id", MANAGE_PAGE, async (request, reply) => {
    const watch = await desk.get(principalOf(request).workspace, askId(request));
    return kit.send(reply, await form.show(request, watchFields(watch, ownZone()), watch.id));
  });

  server.post("/watches/:id", MANAGE_PAGE, async (request, reply) => {
    const { id, kind } = await desk.get(principalOf(request).workspace, askId(request));
    const taken = await form.take(request, reply, kind, id);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, "/watches", { text: `“${taken.name}” is saved.` });
  });

  addDeletion(server, kit, {
    place: "/watches",
    yes: "Delete the watch",
    get: (workspace, id) => desk.get(workspace, id),
    warn: () => "It raises no more events. Those that it raised stay in the feed.",
    delete: (workspace, id) => desk.delete(workspace, id),
  });
};
