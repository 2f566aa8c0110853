import { Gauge, type Registry } from "prom-client";
import type { Deliver, DeliverFigures } from "#deliver";

type Listed = DeliverFigures["targets"][number];

const gauges: readonly (readonly [name: string, help: string, of: (target: Listed) => number])[] = [
  ["created", "Alerts ever raised for the target.", ({ created }) => created],
  ["queued", "Alerts that wait for the target.", ({ queued }) => queued],
  ["sent", "Alerts that the target took.", ({ sent }) => sent],
  ["failed", "Attempts that failed.", ({ failed }) => failed],
  ["dead", "Dead letters of the target.", ({ dead }) => dead],
  ["dropped", "Alerts that are nowhere: 0, or something is wrong.", ({ dropped }) => dropped],
  ["oldest_age_seconds", "Age of the oldest alert that waits.", ({ oldestAge }) => oldestAge / 1000],
  ["in_flight", "Messages under way.", ({ inFlight }) => inFlight],
  [
    "circuit_open",
    "1 while the target is only probed, because it fails.",
    ({ breaker }) => (breaker === "closed" ? 0 : 1),
  ],
];

/** Adds the figures of each target to `/metrics`; they are read together, when somebody asks. */
export function addDeliverFigures(registry: Registry, deliver: Pick<Deliver, "figures">): void {
  let reading: Promise<DeliverFigures | undefined> | undefined;
  const read = (): Promise<DeliverFigures | undefined> =>
    (reading ??= deliver
      .figures()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      }));
  for (const [name, help, of] of gauges) {
    const gauge = new Gauge({
      name: `whereabouts_deliver_${name}`,
      help,
      labelNames: ["target"],
      registers: [],
      async collect(): Promise<void> {
        const figures = await read();
        gauge.reset();
        for (const one of figures?.targets ?? []) gauge.set({ target: one.target }, of(one));
      },
    });
    registry.registerMetric(gauge);
  }
}
