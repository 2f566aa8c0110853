import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  isWatchKind,
  newWatch,
  questionPage,
  watchBody,
  watchFields,
  watchFormPage,
  watchKindsPage,
  watchListPage,
  type FieldProblem,
  type WatchFields,
} from "#pages";
import type { Watch, WatchKind } from "#wire";
import { askId, askText } from "./ask.ts";
import { namesOfWatches, type NamePorts } from "./definition-names.ts";
import { FormBody } from "./form-body.ts";
import { ownZone, watchChoices, type ChoicePorts } from "./form-choices.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { ADMIN_PAGE, type PageKit } from "./page-kit.ts";
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

/** The list of watches, their forms, and the question before one is deleted. */
export const addWatchPages = (server: FastifyInstance, kit: PageKit, ports: WatchPagePorts): void => {
  const desk = new WatchDesk(ports);

  const show = async (
    request: FastifyRequest,
    fields: WatchFields,
    id?: string,
    problem?: FieldProblem,
  ): Promise<string> =>
    watchFormPage(kit.frame(request, id === undefined ? "New watch" : fields.name), {
      fields,
      problem,
      choices: await watchChoices(ports, principalOf(request).workspace),
      ...(id !== undefined && { id }),
    });

  /** Answers the page to show again, or the watch that was stored. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    kind: WatchKind["kind"],
    id?: string,
  ): Promise<string | Watch> => {
    const { workspace } = principalOf(request);
    const fields = readFields(new FormBody(request), kind);
    try {
      const body = watchBody(fields);
      return id === undefined ? await desk.create(workspace, body) : await desk.replace(workspace, id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      reply.code(400);
      return await show(request, fields, id, problem);
    }
  };

  server.get("/watches", async (request, reply) => {
    const { workspace } = principalOf(request);
    const watches = await ports.definitions.list("watch", workspace, { limit: MOST_WATCHES });
    const names = await namesOfWatches(ports, workspace, watches);
    const page = { watches, names, notice: kit.notice(request) };
    return kit.send(reply, watchListPage(kit.frame(request, "Watches"), page));
  });

  server.get("/watches/new", ADMIN_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isWatchKind(kind)) return kit.send(reply, watchKindsPage(kit.frame(request, "New watch")));
    return kit.send(reply, await show(request, newWatch(kind, ownZone())));
  });

  server.post("/watches/new", ADMIN_PAGE, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isWatchKind(kind)) return kit.send(reply, watchKindsPage(kit.frame(request, "New watch")));
    const taken = await take(request, reply, kind);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, "/watches", {
      text: `“${taken.name}” is made. Its events appear in the feed; a rule decides who is told.`,
    });
  });

  server.get("/watches/:id", ADMIN_PAGE, async (request, reply) => {
    const watch = await desk.get(principalOf(request).workspace, askId(request));
    return kit.send(reply, await show(request, watchFields(watch, ownZone()), watch.id));
  });

  server.post("/watches/:id", ADMIN_PAGE, async (request, reply) => {
    const { id, kind } = await desk.get(principalOf(request).workspace, askId(request));
    const taken = await take(request, reply, kind, id);
    if (typeof taken === "string") return kit.send(reply, taken);
    return kit.goOn(request, reply, "/watches", { text: `“${taken.name}” is saved.` });
  });

  server.get("/watches/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const { id, name } = await desk.get(principalOf(request).workspace, askId(request));
    const back = `/watches/${encodeURIComponent(id)}`;
    const page = questionPage(kit.frame(request, name), {
      heading: `Delete “${name}”?`,
      text: "It raises no more events. Those that it raised stay in the feed.",
      yes: "Delete the watch",
      action: `${back}/delete`,
      back,
      here: "/watches",
    });
    return kit.send(reply, page);
  });

  server.post("/watches/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const { workspace } = principalOf(request);
    const { id, name } = await desk.get(workspace, askId(request));
    await desk.delete(workspace, id);
    return kit.goOn(request, reply, "/watches", { text: `“${name}” is deleted.` });
  });
};
