import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Bus } from "#ports";
import type { LiveSettings } from "#live";
import { systemClock } from "./clock.ts";
import type { GatewayPorts } from "./gateways/gateway.ts";
import { Gateways } from "./gateways/gateways.ts";

/** Streams that one server shall be able to hold, unless it is told how many gateways to start at most. */
const STREAMS = 100_000;
/** WebSockets of one gateway at most, and open files besides. */
const [MOST_SOCKETS, OTHER_FILES] = [15_000, 1_000];
/** WebSockets that a process holds before the next one is started, as long as there is a core for it. */
const BUSY = 2_500;

/** What a server gives its gateways. */
export interface ServedGateways extends Omit<GatewayPorts, "clock"> {
  readonly bus: Bus;
  readonly settings: Partial<LiveSettings>;
  /** So many processes at once; without it they are started as clients come, as many as cores and open files ask for. */
  readonly most: number | undefined;
}

/** Gateways for this machine; none is started before somebody comes. */
export function openGateways({ most, ...parts }: ServedGateways): Gateways {
  const capacity = Math.max(1, Math.min(MOST_SOCKETS, fileLimit() - OTHER_FILES));
  const cores = availableParallelism();
  const asked = Math.max(cores, Math.ceil(STREAMS / capacity));
  const started = { most: most ?? asked, atOnce: most !== undefined };
  return new Gateways({ ...parts, ...started, cores, busy: BUSY, capacity, clock: systemClock });
}

/** Files that a process may hold open; where the system does not say, more than anybody needs. */
function fileLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const found = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
    return Number.isFinite(found) && found > 0 ? found : Infinity;
  } catch {
    return Infinity;
  }
}
