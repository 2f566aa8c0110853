import type { FastifyBaseLogger } from "fastify";
import type { Registry } from "prom-client";
import type {
  Access,
  Audit,
  Bus,
  Clock,
  Definitions,
  Devices,
  Editor,
  Events,
  Explain,
  Fences,
  History,
  Identities,
  Invitations,
  Latest,
  Members,
  Outbox,
  Passkeys,
  Recompute,
  SecondFactors,
  Sessions,
  Shares,
  Targets,
  Tokens,
  Upkeep,
  Workspaces,
} from "#ports";
import type { FenceGeometry, Refusal, Role } from "#wire";
import type { AccessControl } from "./access.ts";
import type { Delivery } from "./delivery.ts";
import type { ShareAccess } from "./share-access.ts";
import type { LockOut } from "./lock-out.ts";
import type { Provider } from "./provider.ts";
import type { Clearing } from "./workspace-desk.ts";

/** Says what is wrong with a geometry that is well-formed GeoJSON: a ring that crosses itself, a hole outside. */
export type CheckGeometry = (geometry: FenceGeometry, radius: number | undefined) => Refusal | undefined;

/** Ports that the routes are built on. */
export interface HttpPorts {
  readonly access: Access & AccessControl;
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly targets: Targets;
  readonly outbox: Outbox;
  readonly recompute: Recompute;
  readonly events: Events;
  readonly history: History;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly factors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly identities: Identities;
  readonly audit: Audit;
  readonly shares: Shares;
  readonly workspaces: Workspaces;
  readonly clearing: Clearing;
  readonly shareLinks: ShareAccess;
  /** The one of the process: whoever signs in, and whoever proves it again, is counted by the same. */
  readonly lockOut: LockOut;
  readonly latest: Latest;
  readonly editor: Editor;
  readonly upkeep: Upkeep;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Without it nothing sends alerts: they wait. */
  readonly delivery?: Delivery;
  /** Without it explanations leave out what the layers say of a position. */
  readonly explain?: Explain;
}

/** What a sign-in page shows. */
export interface SignInPage {
  /** Takes a POST with `email` and `password`, or `token`, or without anything where a link is what signs in. */
  readonly action: string;
  /** What was wrong last time. */
  readonly problem?: string;
  /** What was done just now. */
  readonly notice?: string;
  /** A link for another password can be mailed. */
  readonly mails?: boolean;
  /** What was typed last time. */
  readonly email?: string;
  /** The sign-in provider, and where one is sent to it. */
  readonly provider?: { readonly name: string; readonly href: string };
  /** The origin at which a passkey can be shown; absent where none can be. */
  readonly passkeyOrigin?: string;
  /** The reader has a one-time link: only a button is needed. */
  readonly link?: boolean;
  /** The password was right: takes a POST with `code`. */
  readonly code?: boolean;
}

/** What the page shows on which somebody chooses a password, or takes an invitation. */
export interface PasswordPage {
  readonly email: string;
  /** Takes a POST with `password`, and `name` from who joins. */
  readonly action: string;
  /** Who joins as what; absent where it is only another password. */
  readonly joins?: { readonly role: Role; readonly groups?: readonly string[] };
  /** There is an account already: only a button is needed. */
  readonly known?: boolean;
  readonly name?: string;
  readonly problem?: string;
}

/** What the server needs. */
export interface HttpOptions extends HttpPorts {
  /** A pino logger; silent without one. */
  readonly logger?: FastifyBaseLogger;
  readonly checkGeometry: CheckGeometry;
  /** What keeps the process from serving, in sentences; empty when it is ready. */
  readonly readiness: () => readonly string[] | Promise<readonly string[]>;
  /** Registry of `/metrics`; a new one with the figures of the process when absent. */
  readonly registry?: Registry;
  /** The address that people use, such as `https://map.example.org`; allows its origin to send forms. */
  readonly publicUrl?: string;
  /** A sign-in provider of the operator's; needs `publicUrl`. */
  readonly provider?: Provider;
  /** PEM texts; the server speaks TLS when they are given. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Sends a mail to a person; without it no link for another password is mailed. */
  readonly mail?: (mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
  }) => Promise<void>;
  /** HTML of the page on which a password is chosen; a plain one without styles when absent. */
  readonly passwordPage?: (page: PasswordPage) => string;
  /** HTML of the sign-in page; a plain one without styles when absent. */
  readonly signInPage?: (page: SignInPage) => string;
  /** True behind a reverse proxy that sets `X-Forwarded-*`. */
  readonly trustProxy?: boolean;
}
