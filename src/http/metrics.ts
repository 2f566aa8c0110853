import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StoreFigures, Upkeep } from "#ports";

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

const storeGauges: readonly (readonly [keyof StoreFigures, name: string, help: string])[] = [
  ["fixes", "whereabouts_store_fixes", "Fixes in the store."],
  ["unsettledFixes", "whereabouts_store_unsettled_fixes", "Fixes that are not in segments yet."],
  ["segments", "whereabouts_store_segments", "Segments of history."],
  ["events", "whereabouts_store_events", "Events in the feed."],
  ["devices", "whereabouts_store_devices", "Devices."],
  ["bytes", "whereabouts_store_bytes", "Bytes on disk."],
];

/**
 * Figures of the store, read once for each `/metrics`: the registry asks all gauges together, and each waits for the
 * same answer. A store that is in trouble does not hide the other figures: its own are NaN then, and `up` is 0.
 */
export const addStoreFigures = ({ registry }: Metrics, upkeep: Pick<Upkeep, "figures">): void => {
  let reading: Promise<StoreFigures | undefined> | undefined;
  const read = (): Promise<StoreFigures | undefined> =>
    (reading ??= upkeep
      .figures()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      }));
  const add = (name: string, help: string, of: (figures: StoreFigures | undefined) => number): void => {
    const gauge = new Gauge({
      name,
      help,
      registers: [registry],
      async collect(): Promise<void> {
        gauge.set(of(await read()));
      },
    });
  };
  for (const [key, name, help] of storeGauges) add(name, help, (figures) => figures?.[key] ?? Number.NaN);
  add("whereabouts_store_up", "1 when the store answered this scrape.", (figures) => (figures ? 1 : 0));
};
