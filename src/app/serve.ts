import { isTaken, origin } from "./addresses.ts";
import { missingAssets } from "./assets.ts";
import type { Surroundings } from "./surroundings.ts";
import { systemClock } from "./clock.ts";
import { createLogger } from "./logger.ts";
import { startServer } from "./server.ts";
import { settleDown } from "./settle-down.ts";
import type { Settings } from "./settings.ts";
import { startText } from "./start-text.ts";
import { untilSignal } from "./until-signal.ts";

/** `whereabouts serve`: runs until it is told to stop, then drains; answers the exit code. */
export async function serve(settings: Settings, around: Surroundings): Promise<number> {
  const logger = createLogger(settings.logLevel);
  for (const path of missingAssets()) logger.warn(`${path} is missing; run npm run build`);
  const server = await startServer(settings, logger).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    const address = origin(false, settings.host, settings.port).replace("http://", "");
    throw new Error(`${address} is taken by another program; choose another with --port`, { cause: error });
  });
  const started = { ...settings, port: server.port, secure: settings.tlsCert !== undefined };
  const signIn = server.signIn === undefined ? {} : { signIn: server.signIn };
  for (const line of startText({ ...started, ...signIn })) around.stdout.write(`${line}\n`);
  settleDown(systemClock);
  return untilSignal(() => server.close(), logger);
}
