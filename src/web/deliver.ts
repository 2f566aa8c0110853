import type { EventBody } from "#wire";
import type { DeviceNews, FenceNews, LiveListener } from "./live-connection.ts";
import type { Delivery } from "./moves.ts";

/** Tells a listener what was delivered, positions first. */
export function deliver(delivery: Delivery, listener: LiveListener): void {
  const { state, moves, crowds, names, said = [], over } = delivery;
  if (moves) listener.moves(moves);
  if (crowds) listener.crowds(crowds);
  if (names) listener.names?.(names);
  for (const [name, body] of said) {
    if (name === "event") listener.event(body as EventBody);
    else if (name === "fence") listener.fence(body as FenceNews);
    else if (name === "device") listener.device(body as DeviceNews);
    else listener.reset();
  }
  if (state) listener.state(state);
  if (over === "ended") listener.ended();
}
