import formbody from "@fastify/formbody";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import {
  connectPage,
  devicePanel,
  errorsPage,
  eventsPage,
  mapPage,
  messagePage,
  type DeviceView,
  type Tab,
} from "#pages";
import { encodeEvent, Problem, show } from "#wire";
import { askId } from "./ask.ts";
import type { AccountPorts } from "./account-desk.ts";
import { addAccountPages } from "./account-pages.ts";
import { addMemberPages, type MemberPagePorts } from "./member-pages.ts";
import { addEventPages, type EventPagePorts } from "./event-pages.ts";
import { principalOf } from "./gate.ts";
import { assetRoutes, assetsOf } from "./page-assets.ts";
import { PageData, type PagePorts } from "./page-data.ts";
import type { PasskeyPorts } from "./passkey-desk.ts";
import { addPasskeyPages } from "./passkey-pages.ts";
import type { ProviderPorts } from "./provider-desk.ts";
import { addProviderPages } from "./provider-pages.ts";
import { PageKit } from "./page-kit.ts";
import { addSharePages, type SharePagePorts } from "./share-pages.ts";
import { addShareView, type ShareViewPorts } from "./share-view.ts";
import { seenBy } from "./sight.ts";
import { addRulePages, type RulePagePorts } from "./rule-pages.ts";
import { addTargetPages, type TargetPagePorts } from "./target-pages.ts";
import { addTotpPages } from "./totp-pages.ts";
import { addWatchPages, type WatchPagePorts } from "./watch-pages.ts";
import type { WorkspacePorts } from "./workspace-desk.ts";
import { addWorkspacePages } from "./workspace-pages.ts";

/** What the pages need. */
export interface PageRoutesOptions
  extends
    PagePorts,
    RulePagePorts,
    WatchPagePorts,
    TargetPagePorts,
    EventPagePorts,
    MemberPagePorts,
    ShareViewPorts,
    SharePagePorts,
    AccountPorts,
    PasskeyPorts,
    ProviderPorts,
    WorkspacePorts {
  /** Folder of the built browser code, with its `manifest.json`. */
  readonly folder: string;
  /** The address that people use; default is the one the request came to. */
  readonly publicUrl?: string;
}

/** Events on the page of the map, and on the page of events. */
const [fewEvents, manyEvents] = [60, 300];

/** Largest form: a rule may name a thousand fences. */
const MOST_FORM = 262_144;

/** Every page, the fragment of a device's panel, and the built files. */
export const pageRoutes: FastifyPluginAsync<PageRoutesOptions> = async (server, options) => {
  const kit = new PageKit(assetsOf(options.folder), options.clock);
  // Whoever is limited to groups gets these pages as well, with nothing else in them.
  const limited = { config: { limited: true } } as const;
  const dataFor = (request: FastifyRequest): PageData => new PageData(seenBy(principalOf(request), options));
  kit.tellFailures(server);
  kit.nameWorkspaces(server, options);
  await server.register(formbody, { bodyLimit: MOST_FORM });
  await server.register(assetRoutes, { folder: options.folder });

  const origin = (request: FastifyRequest): string =>
    options.publicUrl ?? `${request.protocol}://${request.host}`;
  const sendMap = async (request: FastifyRequest, reply: FastifyReply, tab: Tab, selected?: DeviceView) => {
    const { workspace } = principalOf(request);
    const data = dataFor(request);
    const [devices, fences, events] = await Promise.all([
      data.devices(workspace),
      data.fences(workspace),
      data.events(workspace, fewEvents),
    ]);
    const title = selected ? selected.device.name || selected.device.status.device : "";
    const page = mapPage(kit.frame(request, title), {
      now: options.clock.now(),
      origin: origin(request),
      tab,
      devices,
      extent: data.extent(workspace),
      deviceCount: seenBy(principalOf(request), options).latest.count(workspace),
      fences,
      events,
      selected,
      editable: kit.may(request, "manage"),
    });
    return kit.send(reply, page);
  };

  server.get("/", limited, (request, reply) => sendMap(request, reply, "devices"));
  server.get("/fences", limited, (request, reply) => sendMap(request, reply, "fences"));

  server.get("/devices/:id", limited, async (request, reply) => {
    const id = askId(request);
    const view = await dataFor(request).device(
      principalOf(request).workspace,
      id,
      kit.may(request, "manage"),
    );
    if (view !== undefined) return sendMap(request, reply, "devices", view);
    const page = messagePage(kit.frame(request, ""), "No such device", `Nothing here is called ${show(id)}.`);
    return kit.send(reply.code(404), page);
  });

  server.get("/devices/:id/panel", limited, async (request, reply) => {
    const id = askId(request);
    const view = await dataFor(request).device(
      principalOf(request).workspace,
      id,
      kit.may(request, "manage"),
    );
    if (view === undefined) throw new Problem("unknown_device", `there is no device ${show(id)}`);
    const panel = devicePanel(view, options.clock.now());
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(panel.text);
  });

  server.get("/events", limited, async (request, reply) => {
    const events = await dataFor(request).events(principalOf(request).workspace, manyEvents);
    const page = { now: options.clock.now(), events };
    return kit.send(reply, eventsPage(kit.frame(request, "Events"), page));
  });

  server.get("/connect", limited, (request, reply) =>
    kit.send(reply, connectPage(kit.frame(request, "Connect a phone"), origin(request))),
  );

  // Where the `type` of a problem leads, also of those that somebody without a token gets.
  server.get("/docs/errors", { config: { access: "public" } }, (request, reply) =>
    kit.send(reply, errorsPage(kit.frame(request, "Errors"))),
  );

  addEventPages(server, kit, options);
  addRulePages(server, kit, options);
  addWatchPages(server, kit, options);
  addTargetPages(server, kit, options);
  addShareView(server, kit, options);
  addSharePages(server, kit, options, origin);
  addMemberPages(server, kit, options, origin);
  addWorkspacePages(server, kit, options, origin);
  addAccountPages(server, kit, options);
  addTotpPages(server, kit, options);
  addPasskeyPages(server, kit, options);
  addProviderPages(server, kit, options);

  server.get("/page/labels.json", limited, async (request) => {
    const labels = await seenBy(principalOf(request), options).devices.labels(principalOf(request).workspace);
    return [...labels].flatMap(([id, { name, icon }]) =>
      name || icon ? [[id, name ?? null, icon ?? null]] : [],
    );
  });

  server.get("/page/events.json", limited, async (request) => {
    const { workspace } = principalOf(request);
    const { events } = await seenBy(principalOf(request), options).events.list({
      workspace,
      limit: fewEvents,
      order: "newest",
    });
    return events.map(({ event }) => encodeEvent(event));
  });
};
