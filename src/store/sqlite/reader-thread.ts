import type { DatabaseSync } from "node:sqlite";
import { Problem } from "#wire";
import { openReadOnly } from "./file.ts";
import { writeSection } from "./fix-groups.ts";
import type { ReaderCalls } from "./reader-calls.ts";
import { listAlerts, outboxFigures, queuedAlerts } from "./reading-alerts.ts";
import {
  getDefinition,
  listDefinitions,
  restoreCooldowns,
  restoreDefinitions,
  restoreEdited,
} from "./reading-definitions.ts";
import { feedEnd, findEvent, listEvents } from "./reading-events.ts";
import { figuresOf } from "./reading-figures.ts";
import { HistoryReader } from "./reading-history.ts";
import { readStretch } from "./reading-past.ts";
import * as lists from "./reading-lists.ts";
import * as reading from "./reading-members.ts";
import { listShares } from "./reading-shares.ts";
import { listIdentities } from "./reading-identities.ts";
import { listPasskeys } from "./reading-passkeys.ts";
import { findTotp } from "./reading-second-factors.ts";
import { getTarget, listTargets, unknownTargets } from "./reading-targets.ts";
import { closingWorkspaces, listWorkspaces } from "./reading-workspaces.ts";
import { moving, serve } from "./serve.ts";
import { STORE_FILE } from "./store-schema.ts";

let database: DatabaseSync | undefined;
let history: HistoryReader | undefined;

function opened(): DatabaseSync {
  if (!database) throw new Problem("storage_failed", "The store is not open for reading");
  return database;
}

function openedHistory(): HistoryReader {
  history ??= new HistoryReader(opened());
  return history;
}

const exists = (sql: string): boolean =>
  opened().prepare(`SELECT EXISTS (${sql}) AS found`).get()?.["found"] === 1;

function restoreFences(): ReturnType<ReaderCalls["restoreFences"]> {
  const mark = opened().prepare("SELECT value FROM mark WHERE name = 'offset'").get();
  const fences = opened().prepare("SELECT body FROM fence ORDER BY workspace, id").all();
  // Not the largest that is stored: retention may have taken that.
  return {
    offset: Number(mark?.["value"]),
    seq: feedEnd(opened()),
    fences: fences.map((row) => String(row["body"])),
    definitions: restoreDefinitions(opened()),
    cooldowns: restoreCooldowns(opened()),
    edited: restoreEdited(opened()),
  };
}

serve({
  open: ({ path }) => {
    database = openReadOnly(path, STORE_FILE);
  },
  restoreFences,
  restoreDevices: (after) => {
    const chunk = lists.restoreDevices(opened(), after);
    return moving(chunk, [chunk.bytes.buffer]);
  },
  range: (query) => {
    const { bytes, count } = writeSection(openedHistory().range(query));
    const answer = { bytes, count };
    return moving(answer, [bytes.buffer]);
  },
  known: ({ workspace, device, times }) => openedHistory().known(workspace, device, times),
  stretch: ({ workspace, device, before }) => {
    const stretch = readStretch(opened(), openedHistory(), { workspace, device, before });
    return moving(stretch, [stretch.fixes.bytes.buffer]);
  },
  devices: (page) => lists.listDevices(opened(), page),
  device: ({ workspace, device }) => lists.getDevice(opened(), workspace, device),
  labels: (workspace) => lists.labelsOf(opened(), workspace),
  fences: (page) => lists.listFences(opened(), page),
  fence: ({ workspace, fence }) => lists.getFence(opened(), workspace, fence),
  definitions: (page) => listDefinitions(opened(), page),
  definition: (key) => getDefinition(opened(), key),
  events: (query) => listEvents(opened(), query),
  event: ({ workspace, event }) => findEvent(opened(), workspace, event),
  targets: (page) => listTargets(opened(), page),
  target: ({ workspace, id }) => getTarget(opened(), workspace, id),
  unknownTargets: (argument) => unknownTargets(opened(), argument),
  queuedAlerts: (query) => queuedAlerts(opened(), query),
  alerts: (query) => listAlerts(opened(), query),
  outboxFigures: () => outboxFigures(opened()),
  tokens: (workspace) => lists.listTokens(opened(), workspace),
  token: (hash) => lists.findToken(opened(), hash),
  anyToken: () => exists("SELECT 1 FROM token"),
  sessionsOf: (person) => lists.sessionsOf(opened(), person),
  person: (key) => reading.findPerson(opened(), key),
  members: (key) => reading.listMembers(opened(), key),
  invitations: (key) => reading.listInvitations(opened(), key),
  resetOf: (key) => reading.resetOf(opened(), key),
  totp: (person) => findTotp(opened(), person),
  passkeys: (key) => listPasskeys(opened(), key),
  identities: (key) => listIdentities(opened(), key),
  audit: (page) => reading.listAudit(opened(), page),
  shares: (key) => listShares(opened(), key),
  workspaces: (key) => listWorkspaces(opened(), key),
  closingWorkspaces: () => closingWorkspaces(opened()),
  session: (hash) => lists.findSession(opened(), hash),
  anySession: () => exists("SELECT 1 FROM mark WHERE name = 'signed-in'"),
  figures: () => figuresOf(opened()),
  close: () => {
    database?.close();
    database = undefined;
  },
} satisfies ReaderCalls);
