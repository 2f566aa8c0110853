import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { createMemoryBus } from "#bus";
import { checkGeometry } from "#fence";
import { createMailer, type Mailer } from "#deliver";
import { createFlow, type Flow } from "#flow";
import {
  createAccess,
  createHttpServer,
  type HttpOptions,
  LockOut,
  pageRoutes,
  ShareAccess,
  passwordPageOf,
  Provider,
  signInPageOf,
  tileRoutes,
} from "#http";
import { httpDoors } from "#ingest";
import { createLive, type Live, type LiveOptions, type LiveSettings } from "#live";
import type { Bus } from "#ports";
import { openSqliteStore, type SqliteStore } from "#store";
import { assets } from "./assets.ts";
import { addBackupRoute, removeOldCopies } from "./backup-route.ts";
import { clearWorkspace } from "./clear-workspace.ts";
import { Clearings } from "./clearings.ts";
import { systemClock } from "./clock.ts";
import { addDeliverFigures } from "./deliver-figures.ts";
import { type StartedDelivery, startDelivery } from "./delivery.ts";
import { addFigures } from "./figures.ts";
import { firstSignIn } from "./first-sign-in.ts";
import { followNames, type KnownNames } from "./names.ts";
import { keepRetention } from "./retention.ts";
import { openGateways } from "./open-gateways.ts";
import type { Settings } from "./settings.ts";

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly store: SqliteStore;
  readonly flow: Flow;
  /** Path of a one-time sign-in link, when nobody could sign in before. */
  readonly signIn?: string;
  /** Takes nothing new, ends what has begun, and writes what it owes. Idempotent. */
  close(): Promise<void>;
}

/**
 * Connections that may wait to be accepted, when thousands come back at once; the system may allow less. With too few
 * the system drops what comes, and clients try again only after seconds.
 */
const BACKLOG = 16_384;

/** Things that were started, to be stopped in the opposite order. */
type Stops = (() => Promise<void>)[];

/** Opens the data folder, joins the rooms, and listens. What was started is stopped again when a step fails. */
export async function startServer(settings: Settings, logger: Logger): Promise<RunningServer> {
  const stops: Stops = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stopAll(stops));
  try {
    return { ...(await start(settings, logger, stops)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function stopAll(stops: Stops): Promise<void> {
  for (const stop of stops.reverse()) await stop();
}

async function start(
  settings: Settings,
  logger: Logger,
  stops: Stops,
): Promise<Omit<RunningServer, "close">> {
  const store = await openSqliteStore({ folder: settings.data, logger });
  stops.push(() => store.close());
  await removeOldCopies(settings.data);
  const signIn = await firstSignIn({ ...store, clock: systemClock }, settings);
  const bus = createMemoryBus(logger);
  const names = await followNames({ ...store, bus });
  const clearings = new Clearings({ ...store, clock: systemClock, logger });
  await clearings.recall();
  const flow = await createFlow({
    ...store,
    nameOf: (workspace, device) => names.device(workspace, device),
    isClosed: clearings.isClosed,
    bus,
    clock: systemClock,
    logger,
  });
  stops.push(() => flow.close());
  const delivery = await startDelivery({ ...store, settings, clock: systemClock, names, logger });
  const { deliver } = delivery;
  bus.subscribe((news) => {
    if (news.kind === "alerted") deliver.wake();
  });
  stops.push(() => deliver.close());
  const { retentionDays: days } = settings;
  if (days > 0) stops.push(keepRetention({ upkeep: store.upkeep, clock: systemClock, days, notes: logger }));
  const { isClosed } = clearings;
  const access = createAccess({ ...store, isClosed, clock: systemClock, adminToken: settings.adminToken });
  const shareLinks = new ShareAccess({ ...store, access, clock: systemClock, logger });
  stops.push(() => shareLinks.views.flush());
  const cleared = { ...store, targets: deliver.targets, editor: flow.editor, now: () => systemClock.now() };
  clearings.start(
    (id, signal) => clearWorkspace(id, cleared, signal),
    (id) => {
      access.forgetWorkspace(id);
      shareLinks.forgetWorkspace(id);
    },
  );
  stops.push(() => clearings.close());
  const { smtpUrl, mailFrom } = settings;
  const mailer = smtpUrl && mailFrom ? createMailer({ url: smtpUrl, from: mailFrom }) : undefined;
  if (mailer) stops.push(() => mailer.close());
  const lockOut = new LockOut(systemClock);
  const provider = await providerOf(settings);
  const parts: Parts = {
    settings,
    store,
    flow,
    bus,
    names,
    access,
    shareLinks,
    lockOut,
    provider,
    delivery,
    clearing: clearings,
    mailer,
    logger,
  };
  const server = createHttpServer(await httpOptions(parts));
  stops.push(() => server.close());
  const live = createLive(liveOptions(parts));
  // Viewers end first, or their open streams would keep the server from closing.
  stops.push(() => live.close());
  const gateways = openGateways({ ...liveOptions(parts), logger, most: settings.gateways });
  stops.push(() => gateways.close());
  mount(server, live, parts);
  gateways.attach(server.server);
  await gateways.ready();
  addFigures(server.metrics.registry, "live", () => gateways.figures(live.figures()));
  await server.listen({ host: settings.host, port: settings.port, backlog: BACKLOG });
  const { port } = server.server.address() as AddressInfo;
  return { port, store, flow, ...(signIn !== undefined && { signIn }) };
}

/** What the edges are made of. */
interface Parts {
  readonly settings: Settings;
  readonly store: SqliteStore;
  readonly flow: Flow;
  readonly bus: Bus;
  readonly access: ReturnType<typeof createAccess>;
  readonly names: KnownNames;
  readonly shareLinks: ShareAccess;
  readonly lockOut: LockOut;
  readonly provider: Provider | undefined;
  readonly delivery: StartedDelivery;
  readonly clearing: Clearings;
  readonly mailer: Mailer | undefined;
  readonly logger: Logger;
}

/** The sign-in provider that the settings name; its secret may lie in a file. */
async function providerOf({ oidc, publicUrl }: Settings): Promise<Provider | undefined> {
  if (oidc === undefined || publicUrl === undefined) return undefined;
  const { clientSecretFile, ...named } = oidc;
  const read = clientSecretFile && (await readFile(clientSecretFile, "utf8")).trim();
  if (read === "")
    throw new Error(`${clientSecretFile} is empty; expected the secret of the sign-in provider`);
  return new Provider({ ...named, ...(read && { clientSecret: read }) }, publicUrl.origin, systemClock);
}

async function httpOptions(parts: Parts): Promise<HttpOptions> {
  const { settings, store, flow, bus, access, shareLinks, lockOut, provider, clearing, mailer, logger } =
    parts;
  const { publicUrl, tlsCert, tlsKey } = settings;
  return {
    ...store,
    access,
    shareLinks,
    lockOut,
    clearing,
    bus,
    clock: systemClock,
    latest: flow.latest,
    editor: flow.editor,
    recompute: flow.recompute,
    ...alertPorts(parts),
    logger,
    checkGeometry: (geometry, radius) => {
      const problem = checkGeometry(geometry, radius);
      return problem && { code: problem.code, detail: problem.message };
    },
    readiness: () => flow.problems(),
    ...(provider && { provider }),
    ...(mailer && { mail: (mail) => mailer.send(mail) }),
    signInPage: signInPageOf(assets.web),
    passwordPage: passwordPageOf(assets.web),
    // Whoever names a public address has a proxy in front, which says where requests really come from.
    ...(publicUrl !== undefined && { publicUrl: publicUrl.origin, trustProxy: true }),
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: { cert: await readFile(tlsCert, "utf8"), key: await readFile(tlsKey, "utf8") },
      }),
  };
}

/** What the routes and the pages of rules and targets need: targets and outbox as delivery watches them. */
function alertPorts({
  flow,
  delivery: { deliver, forRoutes },
}: Parts): Pick<HttpOptions, "targets" | "outbox" | "delivery" | "explain"> {
  return { targets: deliver.targets, outbox: deliver.outbox, delivery: forRoutes, explain: flow.explain };
}

function liveOptions(parts: Parts): LiveOptions & { readonly settings: Partial<LiveSettings> } {
  const { settings, store, flow, bus, names, access, shareLinks, logger } = parts;
  const origins = settings.publicUrl === undefined ? [] : [settings.publicUrl.origin];
  const nameOf = (workspace: string, device: string): string | undefined => names.device(workspace, device);
  const sharing = { ...store, links: shareLinks, nameOf };
  const ports = { ...store, access, bus, clock: systemClock, latest: flow.latest, logger };
  return { ...ports, sharing, settings: { origins } };
}

/** Everything that is no route of the API itself: doors for devices, live push, pages, backup, figures. */
function mount(server: FastifyInstance, live: Live, parts: Parts): void {
  const { settings, store, flow, access, shareLinks, lockOut, provider, delivery, clearing } = parts;
  const { registry, countPositions: count } = server.metrics;
  const { publicUrl, data } = settings;
  void server.register(httpDoors({ intake: flow.intake, access, clock: systemClock, count }));
  void server.register(tileRoutes, { basemap: assets.basemap, shareLinks, clock: systemClock });
  void server.register(pageRoutes, {
    ...store,
    ...alertPorts(parts),
    folder: assets.web,
    latest: flow.latest,
    editor: flow.editor,
    access,
    shareLinks,
    shown: live,
    lockOut,
    clearing,
    ...(provider && { provider }),
    clock: systemClock,
    ...(publicUrl !== undefined && { publicUrl: publicUrl.origin }),
  });
  server.get("/api/live", { config: { access: "door" } }, (request, reply) => {
    reply.hijack();
    void live.sse(request.raw, reply.raw);
  });
  live.attach(server.server);
  addBackupRoute(server, store.upkeep, data);
  addFigures(registry, "flow", () => flow.figures());
  addDeliverFigures(registry, delivery.deliver);
}
