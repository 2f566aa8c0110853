import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Upkeep } from "#ports";

/** Counts of the server; the registry is what `/metrics` prints. */
export interface Metrics {
  readonly registry: Registry;
  /** Adds the positions of one request, by door and outcome. */
  readonly countPositions: (
    door: string,
    outcome: { readonly accepted: number; readonly duplicate: number; readonly rejected: number },
  ) => void;
  readonly observeRequest: (method: string, route: string, status: number, seconds: number) => void;
}

/** Makes the registry with the figures of the process, and the counters that the server feeds. */
export const createMetrics = (registry: Registry = new Registry()): Metrics => {
  if (registry.getSingleMetric("process_cpu_seconds_total") === undefined) {
    collectDefaultMetrics({ register: registry });
  }
  const positions = new Counter({
    name: "whereabouts_positions_total",
    help: "Positions received, by door and by what became of them.",
    labelNames: ["door", "result"] as const,
    registers: [registry],
  });
  const requests = new Histogram({
    name: "whereabouts_http_request_seconds",
    help: "Time from the first byte of a request to the last of its answer.",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  return {
    registry,
    countPositions: (door, { accepted, duplicate, rejected }) => {
      if (accepted > 0) positions.inc({ door, result: "accepted" }, accepted);
      if (duplicate > 0) positions.inc({ door, result: "duplicate" }, duplicate);
      if (rejected > 0) positions.inc({ door, result: "rejected" }, rejected);
    },
    observeRequest: (method, route, status, seconds) => {
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
  };
};

/** Figures of the store, read when somebody asks for `/metrics`. */
export const addStoreFigures = ({ registry }: Metrics, upkeep: Pick<Upkeep, "figures">): void => {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const gauges = {
    fixes: gauge("whereabouts_store_fixes", "Fixes in the store."),
    unsettledFixes: gauge("whereabouts_store_unsettled_fixes", "Fixes that are not in segments yet."),
    segments: gauge("whereabouts_store_segments", "Segments of history."),
    events: gauge("whereabouts_store_events", "Events in the feed."),
    devices: gauge("whereabouts_store_devices", "Devices."),
    bytes: gauge("whereabouts_store_bytes", "Bytes on disk."),
  };
  const read = async (): Promise<void> => {
    const figures = await upkeep.figures();
    for (const key of Object.keys(gauges) as (keyof typeof gauges)[]) gauges[key].set(figures[key]);
  };
  registry.registerMetric(
    new Gauge({
      name: "whereabouts_store_up",
      help: "1 when the store answered this scrape.",
      registers: [],
      async collect(): Promise<void> {
        try {
          await read();
          this.set(1);
        } catch {
          // A store that is in trouble must not hide every other figure.
          this.set(0);
        }
      },
    }),
  );
};
