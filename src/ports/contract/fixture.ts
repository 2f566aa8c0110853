import type {
  Audit,
  Commit,
  Definitions,
  Devices,
  Events,
  Fences,
  History,
  Identities,
  Invitations,
  Log,
  Members,
  Passkeys,
  Past,
  Outbox,
  Results,
  SecondFactors,
  Sessions,
  Shares,
  Targets,
  Tokens,
  Upkeep,
  WorkspaceEnds,
  Workspaces,
} from "#ports";
import {
  type Alert,
  alertId,
  type DeviceRecord,
  type Event,
  type Fence,
  type Fix,
  type LogEntry,
  type Target,
} from "#wire";

/** The ports that an adapter of storage serves. */
export interface StorePorts {
  readonly log: Log;
  readonly results: Results;
  readonly history: History;
  readonly past: Past;
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly events: Events;
  readonly targets: Targets;
  readonly outbox: Outbox;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly factors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly identities: Identities;
  readonly audit: Audit;
  readonly shares: Shares;
  readonly workspaces: Workspaces & WorkspaceEnds;
  readonly upkeep: Upkeep;
}

/** Bounds that a suite asks for; an adapter maps them onto its own. */
export interface FixtureBounds {
  readonly maxBacklog?: number;
  /** Unsettled fixes from which on an adapter that settles does so. */
  readonly settleFixes?: number;
}

/** A store under test, on data of its own. */
export interface StoreFixture {
  /** The ports as of the last `reopen`. */
  readonly ports: StorePorts;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<StorePorts>;
  /** A path at which nothing is, for a backup. */
  freePath(name: string): string;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

/** Opens a store on fresh data, with a workspace `other` besides the first. */
export type OpenFixture = (bounds?: FixtureBounds) => Promise<StoreFixture>;

/** Runs a test on a store of its own and removes it afterwards. */
export const withStore =
  <Fixture extends Pick<StoreFixture, "dispose">>(
    open: (bounds?: FixtureBounds) => Promise<Fixture>,
    test: (fixture: Fixture) => Promise<void>,
    bounds?: FixtureBounds,
  ): (() => Promise<void>) =>
  async () => {
    const fixture = await open(bounds);
    try {
      await test(fixture);
    } finally {
      await fixture.dispose();
    }
  };

/** A fix near Paris. */
export const fixOf = (device: string, time: number, more: Partial<Fix> = {}): Fix => ({
  device,
  time,
  lon: 2.35,
  lat: 48.85,
  ...more,
});

/** A log entry with `count` positions of one device. */
export const entryOf = (device: string, time: number, count = 1): LogEntry => ({
  kind: "positions",
  workspace: "main",
  at: time + 5,
  mode: "live",
  positions: Array.from({ length: count }, (_, i) => fixOf(device, time + i)),
});

/** The record of a device whose newest fix is `fix`. */
export const recordOf = (fix: Fix, workspace = "main"): DeviceRecord => ({
  status: {
    workspace,
    device: fix.device,
    fix,
    motion: "moving",
    motionSince: fix.time,
    seenAt: fix.time + 5,
    inside: ["a", "b"],
  },
  engine: { tracks: [1, 2.5], name: "é" },
});

/** An event of `device` at `time`. */
export const eventOf = (id: string, device: string, time: number, more: Partial<Event> = {}): Event => ({
  id,
  workspace: "main",
  type: "enter",
  device,
  fence: "f1",
  fenceVersion: 1,
  time,
  fix: time + 500,
  detectedAt: time + 900,
  lon: 2.351,
  lat: 48.849,
  ...more,
});

/** An alert of an event, raised when the event was found. */
export const alertOf = (event: Event, target: string, more: Partial<Alert> = {}): Alert => ({
  id: alertId(event.id, target),
  workspace: event.workspace,
  target,
  event,
  rules: ["r1"],
  at: event.detectedAt,
  ...more,
});

/** A webhook. */
export const targetOf = (id: string, workspace = "main", more: Partial<Target> = {}): Target => {
  const target = {
    kind: "webhook",
    url: `https://example.org/${id}`,
    secrets: ["whsec_AAAA", "old"],
  } as const;
  return {
    ...target,
    id,
    workspace,
    name: `Target ${id}`,
    enabled: true,
    createdAt: 1,
    updatedAt: 2,
    ...more,
  } as Target;
};

/** A circle. */
export const fenceOf = (id: string, version = 1, workspace = "main"): Fence => ({
  id,
  workspace,
  version,
  name: `Fence ${id}`,
  geometry: { type: "Point", coordinates: [2.35, 48.85] },
  radius: 250,
  extra: { colour: "red", nested: { deep: [1, null] } },
  createdAt: 1,
  updatedAt: version,
});

/** A commit with only what is given. */
export const commitOf = (offset: number, parts: Partial<Commit> = {}): Commit => ({
  offset,
  fixes: [],
  devices: [],
  deletedDevices: [],
  events: [],
  fences: [],
  deletedFences: [],
  definitions: [],
  deletedDefinitions: [],
  alerts: [],
  followUps: [],
  cooldowns: [],
  bases: [],
  reshown: [],
  edited: [],
  ...parts,
});

/** Fixes as a commit takes them. */
export const fixesOf = (fixes: readonly Fix[], workspace = "main"): Commit["fixes"] =>
  fixes.map((fix) => ({ workspace, fix }));

/** Lets what was scheduled for later turns of the event loop happen, until `done`; fails after ten seconds. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error("What was waited for did not happen within ten seconds");
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
