import type { Message } from "./message.ts";

/** Why the server ends a stream, and whether the client should come back at once. */
export type EndReason = "shutting_down" | "revoked" | "too_slow" | "too_many_messages";

/** The way to one client; one implementation a transport. */
export interface Line {
  readonly transport: string;
  /** Bytes handed to the network that it has not taken yet. */
  readonly inFlight: number;
  /** Hands a message over; a closed line swallows it. */
  send(message: Message): void;
  /** Delivers what was sent, then closes; cuts the connection when that takes too long. `comeBack` picks the way of closing. */
  end(comeBack: boolean): void;
}
