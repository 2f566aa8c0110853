import { mintSecret } from "#http";
import type { Clock, Sessions, Tokens } from "#ports";
import { isLoopback } from "./loopback.ts";
import type { Settings } from "./settings.ts";

const WORKSPACE = "main";
const LINK_LASTS_MS = 86_400_000;

/** What decides whether somebody could sign in already. */
export interface Doors {
  readonly tokens: Pick<Tokens, "any">;
  readonly sessions: Pick<Sessions, "any" | "offerLink">;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Path of a one-time sign-in link when nobody could sign in yet; undefined when somebody can.
 *
 * @throws Error when nobody can and the server would listen beyond this machine
 */
export async function firstSignIn(
  doors: Doors,
  { host, adminToken }: Pick<Settings, "host" | "adminToken">,
): Promise<string | undefined> {
  if (adminToken !== undefined || (await doors.tokens.any()) || (await doors.sessions.any()))
    return undefined;
  if (!isLoopback(host)) {
    throw new Error(
      `not listening on ${host}, where others can reach this server, before anybody can sign in: ` +
        "make a token first (whereabouts token create --scope admin), or set WHEREABOUTS_ADMIN_TOKEN, " +
        "or start once on 127.0.0.1 and use the sign-in link",
    );
  }
  return offerSignIn(doors);
}

/** Makes a sign-in link that works once within a day; answers its path. */
export async function offerSignIn({ sessions, clock }: Pick<Doors, "sessions" | "clock">): Promise<string> {
  const { secret, hash } = mintSecret();
  await sessions.offerLink({ hash, workspace: WORKSPACE, expiresAt: clock.now() + LINK_LASTS_MS });
  return `/sign-in/${secret}`;
}
