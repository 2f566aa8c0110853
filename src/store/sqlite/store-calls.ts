import type {
  AuditEntry,
  BaseOf,
  Cooldown,
  DefinitionKey,
  DeviceKey,
  Edited,
  FenceKey,
  IdentityRecord,
  InvitationRecord,
  MemberRecord,
  PasskeyRecord,
  Membership,
  PasswordResetRecord,
  PersonRecord,
  Reshown,
  Outcome,
  Redrive,
  SessionRecord,
  ShareRecord,
  ShareViews,
  SignInLinkRecord,
  SweepStep,
  TokenRecord,
  WorkspaceRecord,
} from "#ports";
import type { Alert, Definition, DeviceLabel, Event, FollowUp, Target } from "#wire";
import type { FixGroups } from "./fix-groups.ts";
import type { AlertsToForget } from "./forgetting-alerts.ts";
import type { NewNames } from "./handles.ts";
import type { AlertStep } from "./redriving.ts";
import type { Admission } from "./writing-identities.ts";
import type { PasskeyKey } from "./writing-passkeys.ts";
import type { NewCodes, NewTotp } from "./writing-second-factors.ts";
import type { NewWorkspace } from "./writing-workspaces.ts";

/** A commit in the form in which it is posted. */
export interface CommitMessage {
  readonly offset: number;
  /** Names of the devices that `fixes` and `devices` mention for the first time. */
  readonly names: NewNames;
  readonly fixes: FixGroups | undefined;
  readonly devices: Uint8Array<ArrayBuffer> | undefined;
  readonly deletedDevices: readonly DeviceKey[];
  readonly events: readonly Event[];
  readonly fences: readonly { readonly workspace: string; readonly id: string; readonly body: string }[];
  readonly deletedFences: readonly FenceKey[];
  readonly definitions: readonly Definition[];
  readonly deletedDefinitions: readonly DefinitionKey[];
  readonly alerts: readonly Alert[];
  readonly followUps: readonly FollowUp[];
  readonly cooldowns: readonly Cooldown[];
  readonly bases: readonly BaseOf[];
  readonly reshown: readonly Reshown[];
  readonly edited: readonly Edited[];
}

/** What a member is to be. */
export interface MemberChange {
  readonly workspace: string;
  readonly person: string;
  readonly to: Membership;
}

/** Who uses an invitation, and when. */
export interface Acceptance {
  readonly hash: string;
  readonly newcomer: Omit<PersonRecord, "email">;
  readonly now: number;
}

/** Bounds of settling. */
export interface SettleBounds {
  /** Unsettled fixes from which on the tail is settled. */
  readonly settleFixes: number;
  /** Age in milliseconds of the oldest unsettled fix from which on the tail is settled. */
  readonly settleAfter: number;
}

/** What the opened store says about itself. */
export interface StoreOpened {
  readonly offset: number;
  readonly epoch: string;
}

/** What the store thread can be asked: every write to `store.sqlite`. */
export type StoreCalls = {
  open: (argument: { readonly path: string } & SettleBounds) => StoreOpened;
  commit: (message: CommitMessage) => readonly { readonly seq: number; readonly repeated: boolean }[];
  durable: (argument: null) => number;
  /** Writes gathered states of devices, so that the reader finds them. */
  flush: (argument: null) => void;
  register: (argument: DeviceKey & { readonly label: DeviceLabel; readonly at: number }) => boolean;
  describe: (argument: DeviceKey & { readonly label: DeviceLabel }) => boolean;
  createToken: (token: TokenRecord) => void;
  revokeToken: (argument: { readonly workspace: string; readonly id: string }) => boolean;
  openSession: (session: SessionRecord) => void;
  closeSession: (hash: string) => void;
  updatePerson: (person: Pick<PersonRecord, "id" | "name" | "password">) => boolean;
  changeMember: (argument: MemberChange) => boolean;
  removeMember: (argument: { readonly workspace: string; readonly person: string }) => boolean;
  offerInvitation: (invitation: InvitationRecord) => void;
  revokeInvitation: (argument: { readonly workspace: string; readonly id: string }) => boolean;
  acceptInvitation: (argument: Acceptance) => MemberRecord | undefined;
  offerReset: (reset: PasswordResetRecord) => void;
  redeemReset: (argument: {
    readonly hash: string;
    readonly password: string;
    readonly now: number;
  }) => string | undefined;
  turnOnTotp: (argument: NewTotp) => boolean;
  useTotpStep: (argument: { readonly person: string; readonly step: number }) => boolean;
  useRecoveryCode: (argument: { readonly person: string; readonly hash: string }) => boolean;
  replaceRecoveryCodes: (argument: NewCodes) => boolean;
  turnOffTotp: (person: string) => boolean;
  addPasskey: (argument: { readonly passkey: PasskeyRecord; readonly most: number }) => void;
  usePasskey: (argument: { readonly id: string; readonly counter: number; readonly at: number }) => boolean;
  renamePasskey: (argument: PasskeyKey & { readonly name: string }) => boolean;
  removePasskey: (argument: PasskeyKey) => boolean;
  linkIdentity: (identity: IdentityRecord) => boolean;
  unlinkIdentity: (argument: Pick<IdentityRecord, "person" | "issuer">) => boolean;
  admitIdentity: (argument: Admission) => MemberRecord | undefined;
  writeAudit: (entry: AuditEntry) => void;
  createWorkspace: (workspace: NewWorkspace) => void;
  renameWorkspace: (argument: Pick<WorkspaceRecord, "id" | "name">) => boolean;
  enterWorkspace: (argument: { readonly hash: string; readonly id: string }) => boolean;
  closeWorkspace: (id: string) => boolean;
  /** One step. */
  sweepWorkspace: (id: string) => SweepStep;
  createShare: (share: ShareRecord) => void;
  updateShare: (share: ShareRecord) => boolean;
  addShareViews: (views: readonly ShareViews[]) => void;
  shareSeed: (workspace: string) => string;
  offerLink: (link: SignInLinkRecord) => void;
  redeemLink: (argument: { readonly hash: string; readonly now: number }) => SignInLinkRecord | undefined;
  createTarget: (target: Target) => void;
  updateTarget: (target: Target) => boolean;
  /** To be called again while there is `more`. */
  deleteTarget: (argument: { readonly workspace: string; readonly id: string; readonly at: number }) => {
    readonly found: boolean;
    readonly more: boolean;
  };
  recordOutcomes: (outcomes: readonly Outcome[]) => void;
  /** One step; undefined when there is no such target. */
  redriveAlerts: (argument: Redrive & { readonly after: number }) => AlertStep | undefined;
  /** One step. */
  forgetAlerts: (argument: AlertsToForget) => AlertStep;
  /** Settles for at most one slice; true while there is more. */
  settle: (argument: null) => boolean;
  /** Forgets in slices; `more` while there is more to do. */
  forget: (before: number) => { readonly fixes: number; readonly more: boolean };
  close: (argument: null) => void;
};
