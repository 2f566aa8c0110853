import { InvalidArgumentError, Option } from "commander";
import { isLoopback } from "./loopback.ts";

/** A sign-in provider (OpenID Connect), as flags and variables name it. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** File that holds the secret. */
  readonly clientSecretFile?: string;
  /** What people call the provider. */
  readonly name: string;
}

/** What the flags say. */
export interface OidcFlags {
  readonly oidcIssuer?: URL;
  readonly oidcClientId?: string;
  readonly oidcClientSecretFile?: string;
  readonly oidcName?: string;
}

const MOST_NAME = 40;

/** `--oidc-…`. */
export function oidcOptions(): Option[] {
  return [
    new Option("--oidc-issuer <url>", "sign-in provider that members may use (OpenID Connect)")
      .env("WHEREABOUTS_OIDC_ISSUER")
      .argParser(issuer),
    new Option("--oidc-client-id <id>", "what the provider calls this server").env(
      "WHEREABOUTS_OIDC_CLIENT_ID",
    ),
    new Option(
      "--oidc-client-secret-file <file>",
      "file with the secret that the provider gave this server",
    ).env("WHEREABOUTS_OIDC_CLIENT_SECRET_FILE"),
    new Option("--oidc-name <text>", "what people call the provider; default is its host")
      .env("WHEREABOUTS_OIDC_NAME")
      .argParser(name),
  ];
}

/** The provider, if there is one; throws on values that do not go together. */
export function oidcOf(
  flags: OidcFlags & { readonly publicUrl?: URL },
  env: NodeJS.ProcessEnv,
): OidcSettings | undefined {
  const { oidcIssuer, oidcClientId, oidcClientSecretFile, oidcName, publicUrl } = flags;
  const secret = env["WHEREABOUTS_OIDC_CLIENT_SECRET"] ?? "";
  if (oidcIssuer === undefined && oidcClientId === undefined) {
    if (secret === "" && oidcClientSecretFile === undefined && oidcName === undefined) return undefined;
  }
  if (oidcIssuer === undefined || oidcClientId === undefined) {
    throw new Error("--oidc-issuer and --oidc-client-id go together, and the other --oidc flags need them");
  }
  if (publicUrl === undefined) {
    throw new Error("--oidc-issuer needs --public-url: the provider sends browsers back to that address");
  }
  if (secret !== "" && oidcClientSecretFile !== undefined) {
    throw new Error("the provider's secret is given twice: as WHEREABOUTS_OIDC_CLIENT_SECRET and as a file");
  }
  return {
    issuer: oidcIssuer,
    clientId: oidcClientId,
    name: oidcName ?? oidcIssuer.hostname,
    ...(secret !== "" && { clientSecret: secret }),
    ...(oidcClientSecretFile !== undefined && { clientSecretFile: oidcClientSecretFile }),
  };
}

/** Over plain HTTP anybody on the way could sign in as anybody: allowed to this machine alone. */
function issuer(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.protocol === "http:" && isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
  const isWhole = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (url !== undefined && isWhole && (url.protocol === "https:" || isPlain)) return url;
  throw new InvalidArgumentError("Expected an address such as https://id.example.org, with https.");
}

function name(value: string): string {
  if (value.length <= MOST_NAME && /^\P{C}+$/u.test(value) && value.trim() !== "") return value.trim();
  throw new InvalidArgumentError(`Expected 1 to ${MOST_NAME} printable characters.`);
}
