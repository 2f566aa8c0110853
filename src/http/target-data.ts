import type { Health, Notice, TargetPage, TargetRow } from "#pages";
import type { AlertQuery, TargetKey } from "#ports";
import type { Target, TargetId, WorkspaceId } from "#wire";
import { AlertRows, type AlertRowPorts } from "./alert-rows.ts";
import type { TargetDesk, TargetDeskPorts } from "./target-desk.ts";

/** What the pages of targets read. */
export type TargetDataPorts = TargetDeskPorts & AlertRowPorts;

/** Targets that the list shows, and alerts in each table of one target. */
const [MOST_TARGETS, MOST_ALERTS] = [1000, 50];

const NO_FIGURES: Omit<Health, "circuit"> = { queued: 0, sent: 0, failed: 0, dead: 0 };

/** Gathers how targets are doing. */
export class TargetData {
  readonly #ports: TargetDataPorts;
  readonly #desk: TargetDesk;
  readonly #rows: AlertRows;

  constructor(ports: TargetDataPorts, desk: TargetDesk) {
    this.#ports = ports;
    this.#desk = desk;
    this.#rows = new AlertRows(ports);
  }

  /** The first targets by id. */
  async list(workspace: WorkspaceId): Promise<readonly TargetRow[]> {
    const [targets, health] = await Promise.all([
      this.#ports.targets.list(workspace, { limit: MOST_TARGETS }),
      this.#health(workspace),
    ]);
    return targets.map((target) => ({ target, health: health(target.id) }));
  }

  /** Everything that the page of a target shows. */
  async one(target: Target, notice: Notice | undefined): Promise<TargetPage> {
    const { workspace, id } = target;
    const alerts = async (query: Pick<AlertQuery, "state" | "order">) =>
      await this.#rows.of(
        workspace,
        await this.#ports.outbox.list({ workspace, target: id, limit: MOST_ALERTS, ...query }),
      );
    const [health, dead, waiting, sent, rules] = await Promise.all([
      this.#health(workspace),
      alerts({ state: "dead", order: "newest" }),
      alerts({ state: "queued", order: "oldest" }),
      alerts({ state: "sent", order: "newest" }),
      this.#desk.rulesOf(workspace, id),
    ]);
    return {
      target,
      health: health(id),
      dead,
      waiting,
      sent,
      rules: rules.map((rule) => ({ value: rule.id, label: rule.name })),
      notice,
      now: this.#ports.clock.now(),
    };
  }

  async #health(workspace: WorkspaceId): Promise<(target: TargetId) => Health> {
    const { outbox, delivery } = this.#ports;
    const [{ targets }, circuits = []] = await Promise.all([outbox.figures(), delivery?.circuits()]);
    const isOurs = (key: TargetKey): boolean => key.workspace === workspace;
    const figures = new Map(targets.filter(isOurs).map((of) => [of.target, of]));
    const states = new Map(circuits.filter(isOurs).map(({ target, breaker }) => [target, breaker]));
    return (id) => {
      const { queued, sent, failed, dead, oldestAt, failingSince } = figures.get(id) ?? NO_FIGURES;
      return { queued, sent, failed, dead, oldestAt, failingSince, circuit: states.get(id) };
    };
  }
}
