import { eventOf } from "#ports/contract";
import { alertId } from "#wire";
import type { Message } from "../message.ts";

/** A message about a bus that entered a fence. */
export const messageOf = (more: Partial<Message> = {}): Message => ({
  id: alertId("event-1", "a"),
  workspace: "main",
  event: eventOf("event-1", "bus-7", 1_700_000_000_000),
  names: { device: "Bus 7", fence: "Depot" },
  rules: ["r1", "r2"],
  at: 1_700_000_001_000,
  ...more,
});
