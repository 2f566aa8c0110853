import { InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import { oidcOf, type OidcFlags, oidcOptions, type OidcSettings } from "./oidc-settings.ts";

/** Everything that a server can be told. `Settings` come from flags and variables, and from nowhere else. */
export interface Settings {
  /** Address to bind; a name or an IP address. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Absolute path of the data folder. */
  readonly data: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** Address under which people reach this server, when a proxy stands in front. */
  readonly publicUrl?: URL;
  /** A sign-in provider. */
  readonly oidc?: OidcSettings;
  /** Fixes and events older than this are forgotten daily; 0 keeps all. */
  readonly retentionDays: number;
  readonly logLevel: LogLevel;
  /** Processes that hold WebSockets for the server; unless set they are started as viewers come, and no more than the machine asks for. */
  readonly gateways?: number;
  /** Mail server for alerts, `smtp://user:password@host:port` or `smtps://…`, and whom its mails come from. */
  readonly smtpUrl?: string;
  readonly mailFrom?: string;
  /** May webhooks, brokers and push services lie at private addresses? */
  readonly allowPrivateTargets: boolean;
  /** `WHEREABOUTS_ADMIN_TOKEN`: this string is a bearer token of an administrator. */
  readonly adminToken?: string;
}

/** Least severe log line that is written. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const levels = ["debug", "info", "warn", "error", "silent"] as const;

/** Settings of a version that runs on a cluster; going on without them would put data where nobody expects it. */
const notHere = ["WHEREABOUTS_DATABASE_URL", "WHEREABOUTS_BROKER_URL", "WHEREABOUTS_CACHE_URL"];

/** `--host` and `--port`. */
export function addressOptions(): Option[] {
  return [
    new Option("--host <address>", "address to listen on").env("WHEREABOUTS_HOST").default("127.0.0.1"),
    new Option("--port <number>", "port to listen on; 0 takes any free one")
      .env("WHEREABOUTS_PORT")
      .default(8080)
      .argParser(wholeNumber(0, 65_535)),
  ];
}

/** `--data`. */
export function dataOption(): Option {
  return new Option("--data <folder>", "folder that holds everything this server knows")
    .env("WHEREABOUTS_DATA")
    .default(resolve("data"), "./data")
    .argParser((value) => {
      if (value === "") throw new InvalidArgumentError("Expected a folder.");
      return resolve(value);
    });
}

/** `--log-level`. */
export function logOption(fallback: LogLevel): Option {
  return new Option("--log-level <level>", "least severe line of the log on stderr")
    .env("WHEREABOUTS_LOG_LEVEL")
    .choices(levels)
    .default(fallback);
}

/** The rest of what `serve` takes. */
export function serveOptions(): Option[] {
  return [
    new Option("--tls-cert <file>", "PEM certificate; with --tls-key the server speaks HTTPS").env(
      "WHEREABOUTS_TLS_CERT",
    ),
    new Option("--tls-key <file>", "PEM key of the certificate").env("WHEREABOUTS_TLS_KEY"),
    new Option("--public-url <url>", "address under which people reach this server")
      .env("WHEREABOUTS_PUBLIC_URL")
      .argParser(httpUrl),
    new Option("--retention-days <days>", "forget what is older, once a day; 0 keeps all")
      .env("WHEREABOUTS_RETENTION_DAYS")
      .default(0)
      .argParser(wholeNumber(0, 36_500)),
    new Option(
      "--gateways <number>",
      "processes that hold WebSockets for the server (default: started as viewers come)",
    )
      .env("WHEREABOUTS_GATEWAYS")
      .argParser(wholeNumber(0, 64)),
    ...oidcOptions(),
    logOption("info"),
  ];
}

/** What comes from variables, alone or with flags: secrets, and what nobody should set by accident. */
type FromVariables = "adminToken" | "smtpUrl" | "mailFrom" | "allowPrivateTargets" | "oidc";

/** What flags can say. */
export type ServeFlags = Omit<Settings, FromVariables> & OidcFlags;

/** What commander has parsed, with the variables that are no flags; throws on values that do not go together. */
export function settingsOf(parsed: ServeFlags, env: NodeJS.ProcessEnv): Settings {
  if ((parsed.tlsCert === undefined) !== (parsed.tlsKey === undefined)) {
    throw new Error("--tls-cert and --tls-key go together; only one of them is set");
  }
  const foreign = notHere.find((name) => (env[name] ?? "") !== "");
  if (foreign !== undefined) {
    throw new Error(`${foreign} is set, but this version keeps everything in its data folder; unset it`);
  }
  const roles = env["WHEREABOUTS_ROLES"] ?? "all";
  if (roles !== "all") throw new Error(`WHEREABOUTS_ROLES is ${roles}, but this version only knows all`);
  const adminToken = adminTokenOf(env);
  const { oidcIssuer: _1, oidcClientId: _2, oidcClientSecretFile: _3, oidcName: _4, ...rest } = parsed;
  const oidc = oidcOf(parsed, env);
  return {
    ...rest,
    ...mailOf(env),
    ...(oidc && { oidc }),
    allowPrivateTargets: allowsPrivate(env),
    ...(adminToken !== undefined && { adminToken }),
  };
}

/** `WHEREABOUTS_SMTP_URL` and `WHEREABOUTS_MAIL_FROM`, which go together. */
function mailOf(env: NodeJS.ProcessEnv): Pick<Settings, "smtpUrl" | "mailFrom"> {
  const smtpUrl = env["WHEREABOUTS_SMTP_URL"] ?? "";
  const mailFrom = env["WHEREABOUTS_MAIL_FROM"] ?? "";
  if (smtpUrl === "" && mailFrom === "") return {};
  if (smtpUrl === "" || mailFrom === "") {
    throw new Error("WHEREABOUTS_SMTP_URL and WHEREABOUTS_MAIL_FROM go together; only one of them is set");
  }
  // The address may hold a password: it is not repeated.
  if (!URL.canParse(smtpUrl) || !/^smtps?:$/.test(new URL(smtpUrl).protocol)) {
    throw new Error("WHEREABOUTS_SMTP_URL is no address such as smtp://user:password@mail.example.org:587");
  }
  if (!/^[^\r\n]*[^\s<>@]+@[^\s<>@]+[^\r\n]*$/.test(mailFrom)) {
    throw new Error(`WHEREABOUTS_MAIL_FROM is ${JSON.stringify(mailFrom)}; expected a mail address`);
  }
  return { smtpUrl, mailFrom };
}

function allowsPrivate(env: NodeJS.ProcessEnv): boolean {
  const value = env["WHEREABOUTS_ALLOW_PRIVATE_TARGETS"] ?? "";
  if (value === "" || value === "false") return false;
  if (value === "true") return true;
  throw new Error(`WHEREABOUTS_ALLOW_PRIVATE_TARGETS is ${JSON.stringify(value)}; expected true or false`);
}

/** `WHEREABOUTS_ADMIN_TOKEN`, if it is set. */
export function adminTokenOf(env: NodeJS.ProcessEnv): string | undefined {
  const token = env["WHEREABOUTS_ADMIN_TOKEN"];
  if (token === undefined || token === "") return undefined;
  if (/[^\u0021-\u007E]/.test(token)) {
    throw new Error("WHEREABOUTS_ADMIN_TOKEN may only hold printable ASCII characters, no white space");
  }
  return token;
}

/** A parser of whole numbers from `least` to `most`, both allowed. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** A parser of http and https addresses. */
export function httpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError("Expected an address such as https://map.example.org.");
}
