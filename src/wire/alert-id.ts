import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AlertId, EventId, TargetId } from "./ids.ts";

/** 128 bits, as of an event. */
const BYTES = 16;

/**
 * The id that an alert always has: the first 128 bits of BLAKE3 over a JSON array of event and target, in
 * hexadecimal. The event's id tells workspaces apart already.
 */
export const alertId = (event: EventId, target: TargetId): AlertId =>
  bytesToHex(blake3(utf8ToBytes(JSON.stringify(["alert", event, target])), { dkLen: BYTES }));
