export type { Access, Credentials, Principal } from "./access.ts";
export type { Audit, AuditEntry, AuditRecord } from "./audit.ts";
export type { Bus, News } from "./bus.ts";
export type { Clock } from "./clock.ts";
export type { SessionRecord, Sessions, SignInLinkRecord, TokenRecord, Tokens } from "./credentials.ts";
export type { Definitions } from "./definitions.ts";
export type { Devices } from "./devices.ts";
export type { Editor, FenceDraft, PutMode, RuleDraft, WatchDraft } from "./editor.ts";
export type { EventPage, EventQuery, Events } from "./events.ts";
export type { Explain, FenceExplanation, PendingChange, PositionExplanation } from "./explain.ts";
export type { Fences } from "./fences.ts";
export type { History, HistoryQuery } from "./history.ts";
export type { Identities, IdentityRecord } from "./identities.ts";
export type { Intake, Receipt, Submission } from "./intake.ts";
export type { Latest } from "./latest.ts";
export type { Log, LogSink, LoggedEntry, Offset } from "./log.ts";
export type {
  InvitationRecord,
  Invitations,
  Member,
  MemberRecord,
  Members,
  Membership,
  PasswordResetRecord,
  PersonId,
  PersonRecord,
} from "./members.ts";
export type { PasskeyRecord, Passkeys } from "./passkeys.ts";
export type { Base, BaseOf, Past, Stretch } from "./past.ts";
export type { Recompute, RecomputeJob } from "./recompute.ts";
export type {
  Commit,
  Cooldown,
  DefinitionKey,
  DeviceKey,
  Edited,
  FenceKey,
  Reshown,
  Restored,
  Results,
} from "./results.ts";
export type {
  AlertQuery,
  AlertRecord,
  AlertState,
  Attempt,
  Outbox,
  OutboxFigures,
  Outcome,
  QueuedAlert,
  QueuedPage,
  QueuedQuery,
  Redrive,
  TargetFigures,
  TargetKey,
} from "./outbox.ts";
export type {
  OpenShare,
  ShareId,
  ShareLinks,
  ShareMaker,
  ShareRecord,
  Shares,
  ShareViews,
  ShownDevices,
} from "./shares.ts";
export type { SecondFactors, TotpRecord, TotpState } from "./second-factor.ts";
export type { Targets } from "./targets.ts";
export type { StoreFigures, Upkeep } from "./upkeep.ts";
export type { SweepStep, WorkspaceEnds, WorkspaceRecord, Workspaces } from "./workspaces.ts";
