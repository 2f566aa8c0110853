import { isWildcard, lanAddresses, origin } from "./addresses.ts";
import { isLoopback } from "./loopback.ts";

/** What the start-up text is about. */
export interface Started {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: URL;
  /** Path and query of a one-time sign-in link, when there is one. */
  readonly signIn?: string;
}

/** Lines for people, ending with the one that says that the server is ready. */
export function startText(started: Started, lan: readonly string[] = lanAddresses()): string[] {
  const { secure, host, port, publicUrl, signIn } = started;
  const own = origin(secure, isWildcard(host) ? "127.0.0.1" : host, port);
  const reachable = addressesFor(started, lan);
  const lines: string[] = [];
  if (signIn !== undefined) {
    const base = publicUrl?.href ?? `${own}/`;
    lines.push(
      "Sign in with this link; it works once:",
      `  ${new URL(signIn.replace(/^\//, ""), base).href}`,
    );
  }
  if (reachable.length > 0) {
    lines.push(
      "A phone on the same network reaches this server at:",
      ...reachable.map((address) => `  ${address}`),
      "In OsmAnd or Traccar Client set the server to that address followed by /osmand?token=TOKEN,",
      "in OwnTracks (HTTP mode) to the address followed by /owntracks with TOKEN as the password;",
      "`whereabouts token create` makes a TOKEN.",
    );
  }
  lines.push(`listening on ${origin(secure, host, port)}`);
  return lines;
}

function addressesFor({ secure, host, port, publicUrl }: Started, lan: readonly string[]): string[] {
  if (isLoopback(host)) return [];
  const addresses = (isWildcard(host) ? lan : [host]).map((address) => origin(secure, address, port));
  return publicUrl === undefined ? addresses : [publicUrl.href, ...addresses];
}
