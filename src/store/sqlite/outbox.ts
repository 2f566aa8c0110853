import type { EpochMs } from "#geo";
import type {
  AlertQuery,
  AlertRecord,
  Outbox,
  OutboxFigures,
  Outcome,
  QueuedAlert,
  QueuedPage,
  QueuedQuery,
  Redrive,
} from "#ports";
import { Problem } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { RawAlert } from "./reading-alerts.ts";
import type { AlertStep } from "./redriving.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";
import type { AlertBody } from "./writing-alerts.ts";

/** Puts the alert together that the rest of the row is about. */
function opened<Shape extends QueuedAlert | AlertRecord>(raw: RawAlert<Shape>): Shape {
  const { id, workspace, target, at, body, ...rest } = raw;
  const alert = { id, workspace, target, at, ...(JSON.parse(body) as AlertBody) };
  return { ...rest, alert } as unknown as Shape;
}

/** The outbox in `store.sqlite`. Long work goes in steps, between which commits go on. */
export class SqliteOutbox implements Outbox {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  async queued(query: QueuedQuery): Promise<QueuedPage> {
    const { alerts, end } = await this.#reader.call("queuedAlerts", query);
    return { alerts: alerts.map((raw) => opened<QueuedAlert>(raw)), end };
  }

  record(outcomes: readonly Outcome[]): Promise<void> {
    return this.#store.call("recordOutcomes", outcomes);
  }

  async list(query: AlertQuery): Promise<readonly AlertRecord[]> {
    const alerts = await this.#reader.call("alerts", query);
    return alerts.map((raw) => opened<AlertRecord>(raw));
  }

  redrive(order: Redrive): Promise<number> {
    return this.#steps(async (after) => {
      const step = await this.#store.call("redriveAlerts", { ...order, after });
      if (!step) throw new Problem("unknown_target", `There is no target ${JSON.stringify(order.target)}`);
      return step;
    });
  }

  figures(): Promise<OutboxFigures> {
    return this.#reader.call("outboxFigures", null);
  }

  forget(before: EpochMs): Promise<number> {
    return this.#steps((after) => this.#store.call("forgetAlerts", { before, states: ["sent"], after }));
  }

  async #steps(step: (after: number) => Promise<AlertStep>): Promise<number> {
    let total = 0;
    for (let after = 0, more = true; more;) {
      const done = await step(after);
      total += done.count;
      ({ after, more } = done);
    }
    return total;
  }
}
