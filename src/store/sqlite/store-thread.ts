import type { DatabaseSync } from "node:sqlite";
import type { SweepStep } from "#ports";
import { Problem } from "#wire";
import { AccessWriter } from "./access.ts";
import { Committer } from "./committing.ts";
import { openFile } from "./file.ts";
import { forgetSomeAlerts } from "./forgetting-alerts.ts";
import { describe, register } from "./labelling.ts";
import { Names } from "./names.ts";
import { type ForgetStep, Forgetter } from "./forget.ts";
import { OutcomeWriter } from "./recording.ts";
import { redriveSome } from "./redriving.ts";
import { serve, warn } from "./serve.ts";
import { Settler } from "./settle.ts";
import { States } from "./states.ts";
import type { SettleBounds, StoreCalls, StoreOpened } from "./store-calls.ts";
import { STORE_FILE } from "./store-schema.ts";
import { sweepWorkspace } from "./sweeping.ts";
import { inTransaction } from "./transaction.ts";
import { AuditWriter } from "./writing-audit.ts";
import { InvitationWriter } from "./writing-invitations.ts";
import { MemberWriter } from "./writing-members.ts";
import { ShareWriter } from "./writing-shares.ts";
import { IdentityWriter } from "./writing-identities.ts";
import { PasskeyWriter } from "./writing-passkeys.ts";
import { SecondFactorWriter } from "./writing-second-factors.ts";
import { TargetWriter } from "./writing-targets.ts";
import { WorkspaceWriter } from "./writing-workspaces.ts";

/** Pages of 4 KiB in the WAL at which SQLite moves them into the database. The commit that does it waits for an fsync. */
const CHECKPOINT_PAGES = 1024;
/** Milliseconds between two looks at the age of the tail. */
const LOOK_MS = 5000;
/** Milliseconds that closing spends on settling. */
const CLOSE_MS = 500;

interface Parts {
  readonly database: DatabaseSync;
  readonly names: Names;
  readonly committer: Committer;
  readonly states: States;
  readonly access: AccessWriter;
  readonly members: MemberWriter;
  readonly invitations: InvitationWriter;
  readonly factors: SecondFactorWriter;
  readonly passkeys: PasskeyWriter;
  readonly identities: IdentityWriter;
  readonly audit: AuditWriter;
  readonly shares: ShareWriter;
  readonly workspaces: WorkspaceWriter;
  readonly targets: TargetWriter;
  readonly outcomes: OutcomeWriter;
  readonly settler: Settler;
  readonly timer: NodeJS.Timeout;
}

let parts: Parts | undefined;
let forgetter: { readonly before: number; readonly work: Forgetter } | undefined;
let settling = false;

function opened(): Parts {
  if (!parts) throw new Problem("storage_failed", "The store is not open");
  return parts;
}

const markOf = (database: DatabaseSync, name: string): unknown =>
  database.prepare("SELECT value FROM mark WHERE name = ?").get(name)?.["value"];

function open({ path, ...bounds }: { readonly path: string } & SettleBounds): StoreOpened {
  const database = openFile(path, STORE_FILE);
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec("PRAGMA cache_size = -32000");
  const names = new Names(database);
  const states = new States(database);
  const invitations = new InvitationWriter(database, names);
  const committer = new Committer(database, names, states);
  parts = {
    database,
    names,
    states,
    committer,
    access: new AccessWriter(database, names),
    members: new MemberWriter(database, names),
    invitations,
    factors: new SecondFactorWriter(database),
    passkeys: new PasskeyWriter(database),
    identities: new IdentityWriter(database, invitations),
    audit: new AuditWriter(database, names),
    shares: new ShareWriter(database, names),
    workspaces: new WorkspaceWriter(database, names, () => committer.forgetNumbers()),
    targets: new TargetWriter(database, names),
    outcomes: new OutcomeWriter(database),
    settler: new Settler(database, bounds, warn),
    timer: setInterval(settleWhenDue, LOOK_MS),
  };
  settleWhenDue();
  return { offset: Number(markOf(database, "offset")), epoch: String(markOf(database, "epoch")) };
}

/** Begins to write states, or to settle, when that is due; goes on slice by slice, between which calls are answered. */
function settleWhenDue(): void {
  if (settling || !parts) return;
  try {
    if (!parts.states.due && !parts.settler.due(Date.now())) return;
  } catch (error) {
    warn(error);
    return;
  }
  settling = true;
  setImmediate(settleOn);
}

/** One slice. Trouble, such as a full disk, is told, and settling is tried again at the next look. */
function settleOn(): void {
  settling = false;
  try {
    if (!parts) return;
    // A slice of each in turn: under load there are always states to write.
    const writes = parts.states.due;
    if (writes) parts.states.slice();
    const settles = parts.settler.due(Date.now()) && parts.settler.slice();
    if (!writes && !settles) return;
  } catch (error) {
    warn(error);
    return;
  }
  settleWhenDue();
}

/** Readers rather see states some commits old than none at all when the disk is full. */
function flush(): void {
  const { states } = opened();
  try {
    states.flush();
  } catch (error) {
    warn(error);
  }
}

function forget(before: number): ForgetStep {
  const { database, settler } = opened();
  if (forgetter?.before !== before) forgetter = { before, work: new Forgetter(database, settler, before) };
  const step = forgetter.work.step();
  if (!step.more) forgetter = undefined;
  return step;
}

/** A number that is known of a workspace that is gone would be taken for that of the next one with its id. */
function sweep(id: string): SweepStep {
  const { database, committer } = opened();
  const step = sweepWorkspace(database, id);
  if (step === "gone") committer.forgetNumbers();
  return step;
}

/**
 * A transaction with `synchronous = FULL` ends with an fsync of the WAL, which holds every commit before it that
 * no checkpoint has moved (and synced) yet. A checkpoint alone would not do: a reader can keep it from syncing.
 */
function durable(): number {
  const { database } = opened();
  database.exec("PRAGMA synchronous = FULL");
  try {
    return inTransaction(database, () => {
      const offset = Number(markOf(database, "offset"));
      database.prepare("INSERT OR REPLACE INTO mark VALUES ('durable', ?)").run(offset);
      return offset;
    });
  } finally {
    database.exec("PRAGMA synchronous = NORMAL");
  }
}

function close(): void {
  if (!parts) return;
  clearInterval(parts.timer);
  const until = performance.now() + CLOSE_MS;
  try {
    parts.states.flush();
    while (performance.now() < until && parts.settler.slice());
  } catch (error) {
    warn(error);
  }
  parts.database.close();
  parts = undefined;
}

serve({
  open,
  commit: (message) => {
    const numbered = opened().committer.commit(message, Date.now());
    settleWhenDue();
    return numbered;
  },
  durable,
  register: (argument) => register(opened().database, opened().names, argument),
  describe: (argument) => describe(opened().database, opened().names, argument),
  createToken: (token) => opened().access.createToken(token),
  revokeToken: (argument) => opened().access.revokeToken(argument),
  openSession: (session) => opened().access.openSession(session),
  closeSession: (hash) => opened().access.closeSession(hash),
  updatePerson: (person) => opened().members.update(person),
  changeMember: (argument) => opened().members.change(argument),
  removeMember: (argument) => opened().members.remove(argument),
  offerInvitation: (invitation) => opened().invitations.offer(invitation),
  revokeInvitation: (argument) => opened().invitations.revoke(argument),
  acceptInvitation: (argument) => opened().invitations.accept(argument),
  offerReset: (reset) => opened().invitations.offerReset(reset),
  redeemReset: (argument) => opened().invitations.redeemReset(argument),
  turnOnTotp: (argument) => opened().factors.turnOn(argument),
  useTotpStep: (argument) => opened().factors.useStep(argument),
  useRecoveryCode: (argument) => opened().factors.useCode(argument),
  replaceRecoveryCodes: (argument) => opened().factors.replaceCodes(argument),
  turnOffTotp: (person) => opened().factors.turnOff(person),
  addPasskey: (argument) => opened().passkeys.add(argument),
  usePasskey: (argument) => opened().passkeys.use(argument),
  renamePasskey: (argument) => opened().passkeys.rename(argument),
  removePasskey: (argument) => opened().passkeys.remove(argument),
  linkIdentity: (identity) => opened().identities.link(identity),
  unlinkIdentity: (argument) => opened().identities.unlink(argument),
  admitIdentity: (argument) => opened().identities.admit(argument),
  writeAudit: (entry) => opened().audit.write(entry),
  createWorkspace: (workspace) => opened().workspaces.create(workspace),
  renameWorkspace: (argument) => opened().workspaces.rename(argument),
  enterWorkspace: (argument) => opened().workspaces.enter(argument),
  closeWorkspace: (id) => opened().workspaces.close(id),
  sweepWorkspace: sweep,
  createShare: (share) => opened().shares.create(share),
  updateShare: (share) => opened().shares.update(share),
  addShareViews: (views) => opened().shares.addViews(views),
  shareSeed: (workspace) => opened().shares.seed(workspace),
  offerLink: (link) => opened().access.offerLink(link),
  redeemLink: (argument) => opened().access.redeemLink(argument),
  createTarget: (target) => opened().targets.create(target),
  updateTarget: (target) => opened().targets.update(target),
  deleteTarget: (argument) => opened().targets.remove(argument),
  recordOutcomes: (outcomes) => opened().outcomes.record(outcomes),
  redriveAlerts: (argument) => redriveSome(opened().database, argument),
  forgetAlerts: (argument) => forgetSomeAlerts(opened().database, argument),
  flush,
  settle: () => opened().settler.slice(),
  forget,
  close,
} satisfies StoreCalls);
