import type { Bus, Commit, Results } from "#ports";
import type { SequencedEvent } from "#wire";
import type { CommittedLatest } from "./latest.ts";

/** The place of each event in the feed. */
type Sequences = Awaited<ReturnType<Results["commit"]>>;

/**
 * Tells the rest of the program what a commit made true: the live state first, then the news of each workspace.
 * An event is news when the feed has grown by it: one that was told before is not told again, one that an attempt
 * stored whose answer was lost is.
 */
export function publish(bus: Bus, latest: CommittedLatest, commit: Commit, sequences: Sequences): void {
  const told = latest.seq;
  for (const { workspace, device } of commit.deletedDevices) latest.remove(workspace, device);
  const statuses = commit.devices.map(({ status }) => status);
  for (const status of statuses) latest.put(status);
  for (const { seq } of sequences) latest.reached(seq);

  for (const { workspace, device } of commit.deletedDevices) {
    bus.publish({ kind: "device-deleted", workspace, device });
  }
  for (const { workspace, fence } of commit.deletedFences) {
    bus.publish({ kind: "fence-deleted", workspace, fence });
  }
  for (const fence of commit.fences) bus.publish({ kind: "fence-put", workspace: fence.workspace, fence });
  for (const { workspace, of, id } of commit.deletedDefinitions) {
    bus.publish({ kind: "undefined", workspace, of, id });
  }
  for (const definition of commit.definitions) {
    bus.publish({ kind: "defined", workspace: definition.value.workspace, definition });
  }
  for (const [workspace, devices] of Map.groupBy(statuses, (status) => status.workspace)) {
    bus.publish({ kind: "moved", workspace, devices });
  }
  const happened: SequencedEvent[] = [];
  for (const [index, event] of commit.events.entries()) {
    const seq = sequences[index]?.seq ?? 0;
    if (seq > told) happened.push({ seq, event });
  }
  for (const [workspace, events] of Map.groupBy(happened, ({ event }) => event.workspace)) {
    bus.publish({ kind: "happened", workspace, events });
  }
  for (const workspace of new Set(
    [...commit.alerts, ...commit.followUps.map(({ event }) => event)].map((one) => one.workspace),
  )) {
    bus.publish({ kind: "alerted", workspace });
  }
}
