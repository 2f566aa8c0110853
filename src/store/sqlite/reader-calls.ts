import type {
  AlertQuery,
  AlertRecord,
  AuditRecord,
  Cooldown,
  Edited,
  EventPage,
  EventQuery,
  HistoryQuery,
  IdentityRecord,
  InvitationRecord,
  Member,
  OutboxFigures,
  PasskeyRecord,
  PersonRecord,
  QueuedAlert,
  QueuedQuery,
  SessionRecord,
  ShareRecord,
  StoreFigures,
  TokenRecord,
  TotpState,
  WorkspaceRecord,
} from "#ports";
import type { Definition, DeviceLabel, Event } from "#wire";
import type { EncodedFixes } from "./fix-groups.ts";
import type { EncodedStretch } from "./reading-past.ts";
import type { RawAlert } from "./reading-alerts.ts";
import type { ShareKey } from "./reading-shares.ts";
import type { IdentitiesKey } from "./reading-identities.ts";
import type { PasskeysKey } from "./reading-passkeys.ts";
import type { AuditPage, InvitationKey, MemberKey, PersonKey } from "./reading-members.ts";

/** A device as its row holds it; `state` is empty while no position of it was committed. */
export interface DeviceRow {
  readonly id: string;
  readonly createdAt: number;
  readonly label: DeviceLabel;
  readonly state: Uint8Array;
}

/** A rule or a watch as JSON. */
export interface DefinitionRow {
  readonly of: Definition["of"];
  readonly body: string;
}

/** Some devices for a restart, packed; `next` is where the following call goes on. */
export interface RestoreChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly next: number | undefined;
}

/** A page of things with string ids. */
export interface PageOf {
  readonly workspace: string;
  readonly after: string;
  readonly limit: number;
}

/** What the reader thread can be asked: everything that only looks. */
export type ReaderCalls = {
  open: (argument: { readonly path: string }) => void;
  /** Bodies of all fences and definitions of all workspaces, as JSON. */
  restoreFences: (argument: null) => {
    readonly offset: number;
    readonly seq: number;
    readonly fences: readonly string[];
    readonly definitions: readonly DefinitionRow[];
    readonly cooldowns: readonly Cooldown[];
    readonly edited: readonly Edited[];
  };
  restoreDevices: (after: number) => RestoreChunk;
  range: (query: HistoryQuery) => EncodedFixes;
  /** Those of the times that are stored. */
  known: (argument: {
    readonly workspace: string;
    readonly device: string;
    readonly times: Float64Array<ArrayBuffer>;
  }) => Float64Array<ArrayBuffer>;
  stretch: (key: {
    readonly workspace: string;
    readonly device: string;
    readonly before: number;
  }) => EncodedStretch;
  devices: (page: PageOf) => readonly DeviceRow[];
  device: (key: { readonly workspace: string; readonly device: string }) => DeviceRow | undefined;
  labels: (workspace: string) => ReadonlyMap<string, DeviceLabel>;
  fences: (page: PageOf) => readonly string[];
  fence: (key: { readonly workspace: string; readonly fence: string }) => string | undefined;
  definitions: (page: PageOf & Pick<DefinitionRow, "of">) => readonly string[];
  definition: (
    key: Pick<DefinitionRow, "of"> & { readonly workspace: string; readonly id: string },
  ) => string | undefined;
  events: (query: EventQuery) => EventPage;
  event: (key: { readonly workspace: string; readonly event: string }) => Event | undefined;
  targets: (page: PageOf) => readonly string[];
  target: (key: { readonly workspace: string; readonly id: string }) => string | undefined;
  unknownTargets: (argument: {
    readonly workspace: string;
    readonly ids: readonly string[];
  }) => readonly string[];
  queuedAlerts: (query: QueuedQuery) => {
    readonly alerts: readonly RawAlert<QueuedAlert>[];
    readonly end: number;
  };
  alerts: (query: AlertQuery) => readonly RawAlert<AlertRecord>[];
  outboxFigures: (argument: null) => OutboxFigures;
  tokens: (workspace: string) => readonly TokenRecord[];
  token: (hash: string) => TokenRecord | undefined;
  anyToken: (argument: null) => boolean;
  sessionsOf: (person: string) => readonly SessionRecord[];
  person: (key: PersonKey) => PersonRecord | undefined;
  members: (key: MemberKey) => readonly Member[];
  invitations: (key: InvitationKey) => readonly InvitationRecord[];
  resetOf: (key: { readonly hash: string; readonly now: number }) => string | undefined;
  totp: (person: string) => TotpState | undefined;
  passkeys: (key: PasskeysKey) => readonly PasskeyRecord[];
  identities: (key: IdentitiesKey) => readonly IdentityRecord[];
  audit: (page: AuditPage) => readonly AuditRecord[];
  shares: (key: ShareKey) => readonly ShareRecord[];
  workspaces: (key: { readonly id?: string }) => readonly WorkspaceRecord[];
  closingWorkspaces: (argument: null) => readonly string[];
  session: (hash: string) => SessionRecord | undefined;
  anySession: (argument: null) => boolean;
  figures: (argument: null) => StoreFigures;
  close: (argument: null) => void;
};
