import type { Duplex } from "node:stream";

/** Answers an upgrade in HTTP and lets go of the socket: what the client has sent behind its request is read by nobody. */
export function turnAway(socket: Duplex, answer: string): void {
  socket.on("error", () => socket.destroy());
  socket.end(answer, () => socket.destroy());
}
