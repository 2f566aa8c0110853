import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { mintId, mintToken } from "#http";
import type { FenceDraft } from "#ports";
import type { FenceGeometry } from "#wire";
import { isTaken, isWildcard, origin } from "./addresses.ts";
import { assets } from "./assets.ts";
import type { Surroundings } from "./surroundings.ts";
import { connectTo } from "./client/connection.ts";
import { sendBatch } from "./client/sender.ts";
import { type Airport, createFleet } from "./demo/fleet.ts";
import { fly } from "./fly.ts";
import { offerSignIn } from "./first-sign-in.ts";
import { systemClock } from "./clock.ts";
import { createLogger } from "./logger.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { Settings } from "./settings.ts";
import { startText } from "./start-text.ts";
import { untilSignal } from "./until-signal.ts";

/** How the demo is to be run. */
export interface DemoOrder extends Pick<Settings, "host" | "port" | "logLevel"> {
  readonly seed: number;
  readonly aircraft: number;
  readonly adminToken: string | undefined;
}

const WORKSPACE = "main";
const AIRPORT_FENCES = 150;
const AIRPORT_RADIUS = 7_000;
/** Twenty minutes of track; the step is less than what the page takes for a gap. */
const PAST = { span: 1_200_000, step: 150_000 };

/**
 * `whereabouts demo`: the real server on a data folder that is removed at the end, with countries and airports as
 * fences and aircraft that report through the door that every device uses.
 */
export async function demo(order: DemoOrder, around: Surroundings): Promise<number> {
  const logger = createLogger(order.logLevel);
  const folder = await mkdtemp(join(tmpdir(), "whereabouts-demo-"));
  try {
    const server = await startSomewhere(order, folder, logger, around);
    const airports = JSON.parse(await readFile(join(assets.demo, "airports.json"), "utf8")) as Airport[];
    await drawFences(server, airports);
    const start = Date.now() - PAST.span;
    const fleet = createFleet({ airports, size: order.aircraft, seed: order.seed, start });
    const send = await reporter(server, order.host);
    const land = await fly(fleet, { send, every: 2_000, past: PAST, clock: systemClock, notes: logger });
    const signIn = await offerSignIn({ ...server.store, clock: systemClock });
    around.stdout.write(`${fleet.size} aircraft are in the air, over countries and airports as fences.\n`);
    for (const line of startText({ ...order, port: server.port, secure: false, signIn })) {
      around.stdout.write(`${line}\n`);
    }
    const close = async (): Promise<void> => {
      await land();
      await server.close();
    };
    return await untilSignal(close, logger);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes any free port when the one asked for is taken, and says so. */
async function startSomewhere(
  order: DemoOrder,
  folder: string,
  logger: Logger,
  around: Surroundings,
): Promise<RunningServer> {
  const { host, port, logLevel, adminToken } = order;
  // Somebody can always sign in: with the link below, and the fleet has a token of its own.
  const settings: Settings = {
    host,
    port,
    data: folder,
    retentionDays: 0,
    allowPrivateTargets: false,
    logLevel,
    adminToken: adminToken ?? mintToken().secret,
  };
  try {
    return await startServer(settings, logger);
  } catch (error) {
    if (!isTaken(error) || port === 0) throw error;
    around.stdout.write(`Port ${port} is taken; taking a free one.\n`);
    return startServer({ ...settings, port: 0 }, logger);
  }
}

interface CountryFeature {
  readonly id: string;
  readonly properties: { readonly name: string };
  readonly geometry: FenceGeometry;
}

async function drawFences({ flow }: RunningServer, airports: readonly Airport[]): Promise<void> {
  const text = await readFile(join(assets.demo, "countries.json"), "utf8");
  const countries = (JSON.parse(text) as CountryFeature[]).map(
    ({ id, properties: { name }, geometry }): FenceDraft => ({ id, workspace: WORKSPACE, name, geometry }),
  );
  const circles = airports.slice(0, AIRPORT_FENCES).map(({ iata, name, lon, lat }): FenceDraft => ({
    id: `airport-${iata}`,
    workspace: WORKSPACE,
    name: `${name} (${iata})`,
    geometry: { type: "Point", coordinates: [lon, lat] },
    radius: AIRPORT_RADIUS,
  }));
  await Promise.all([...countries, ...circles].map((draft) => flow.editor.putFence(draft, "create")));
}

/** Sends lines as a device would: over HTTP, with a token that may do nothing else. */
async function reporter(
  { port, store }: RunningServer,
  host: string,
): Promise<(lines: readonly string[]) => Promise<void>> {
  const { secret, hash } = mintToken();
  await store.tokens.create({
    id: mintId("token"),
    workspace: WORKSPACE,
    name: "fleet of the demo",
    scopes: ["ingest"],
    register: true,
    hash,
    createdAt: Date.now(),
  });
  const connection = connectTo(new URL(origin(false, isWildcard(host) ? "127.0.0.1" : host, port)), secret);
  return async (lines) => {
    await sendBatch(connection, "/api/positions", lines, { onRetry: () => {}, tries: 3 });
  };
}
