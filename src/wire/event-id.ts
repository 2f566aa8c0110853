import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Event } from "./event.ts";
import type { EventId } from "./ids.ts";

/** What an event is about; two events that agree in all of it are the same fact. */
export type EventIdentity = Pick<
  Event,
  "workspace" | "device" | "fence" | "fenceVersion" | "watch" | "other" | "type" | "fix"
> & {
  /**
   * 0 at first; one more each time the fact was withdrawn and became true again. For events that an edit of a fence
   * causes it is the time of the edit: several edits may find the same device at the same fix.
   */
  readonly generation: number;
  /** Of `withdrawn` and `revised`: the event that they are about. */
  readonly about?: EventId;
};

/** 128 bits: among a billion events the chance of one collision is below 1e-20. */
const BYTES = 16;

/**
 * The id that an event always has: the first 128 bits of BLAKE3 over a JSON array of its identity, in hexadecimal.
 * JSON keeps the parts apart, whatever characters the ids hold.
 */
export function eventId(identity: EventIdentity): EventId {
  const { workspace, device, fence, fenceVersion, type, fix, generation, watch, other, about } = identity;
  const parts = [workspace, device, fence, fenceVersion, type, fix, generation];
  // Most events are about a device and a fence; the ids of those are older than the other parts.
  const more = watch ?? other ?? about;
  const text = JSON.stringify(more === undefined ? parts : [...parts, watch, other, about]);
  return bytesToHex(blake3(utf8ToBytes(text), { dkLen: BYTES }));
}
