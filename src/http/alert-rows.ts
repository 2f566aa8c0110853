import type { AlertRow } from "#pages";
import type { AlertRecord, Targets } from "#ports";
import type { WorkspaceId } from "#wire";
import { EventRows, lookUp, type EventRowPorts } from "./event-rows.ts";

/** Where names are looked up. */
export interface AlertRowPorts extends EventRowPorts {
  readonly targets: Targets;
}

/** Joins alerts with the names of what they are about, of their rules and of their targets. */
export class AlertRows {
  readonly #ports: AlertRowPorts;
  readonly #events: EventRows;

  constructor(ports: AlertRowPorts) {
    this.#ports = ports;
    this.#events = new EventRows(ports);
  }

  /** In the order given. */
  async of(workspace: WorkspaceId, records: readonly AlertRecord[]): Promise<readonly AlertRow[]> {
    const { definitions, targets } = this.#ports;
    const [events, rules, to] = await Promise.all([
      this.#events.of(
        workspace,
        records.map(({ alert }) => alert.event),
      ),
      lookUp(
        records.flatMap(({ alert }) => alert.rules),
        (id) => definitions.get("rule", workspace, id),
      ),
      lookUp(
        records.map(({ alert }) => alert.target),
        (id) => targets.get(workspace, id),
      ),
    ]);
    return records.flatMap((record, index) => {
      const event = events[index];
      if (event === undefined) return [];
      const { alert, state, dueAt, lastError, tries } = record;
      const row: AlertRow = {
        event,
        target: { id: alert.target, name: to.get(alert.target)?.name ?? "a deleted target" },
        rules: alert.rules.map((id) => rules.get(id)?.name ?? "a deleted rule"),
        state,
        at: alert.at,
        dueAt,
        text: alert.text,
        error: lastError,
        tries,
      };
      return [row];
    });
  }
}
