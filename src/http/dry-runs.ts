import type { EpochMs } from "#geo";
import type { EventQuery, Events } from "#ports";
import { createDryRun, type DryRun } from "#rule";
import { Problem, type Rule, type RuleInput, type WorkspaceId } from "#wire";
import { Contexts, type ContextPorts } from "./rule-context.ts";

/** What a dry run reads. */
export interface DryRunPorts extends ContextPorts {
  readonly events: Events;
}

/** Bounds of one dry run, and of all of them; beyond, a request is refused. */
export const DRY_RUN_BOUNDS: {
  readonly events: number;
  readonly atOnce: number;
} = { events: 1_000_000, atOnce: 2 };

/** What is to be run. */
export interface DryRunOrder {
  readonly workspace: WorkspaceId;
  readonly rule: RuleInput;
  /** Bounds of the events' times, inclusive. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const PAGE = 1000;

/** Does the condition ask for the fix of the event? Too often is only slow. */
const asksPosition = ({ condition = "" }: RuleInput): boolean => /\bposition\b/.test(condition);

/** Which events can match at all, as far as the store can tell. */
const queryOf = ({ workspace, rule, from, to }: DryRunOrder): EventQuery => {
  const [fence, ...otherFences] = rule.fences ?? [];
  const [device, ...otherDevices] = rule.devices ?? [];
  // The one device may also be the second one of a pair.
  const pairs = rule.events.some((type) => type === "proximity" || type === "apart");
  const oneDevice = otherDevices.length === 0 && rule.groups === undefined && !pairs;
  return {
    workspace,
    from,
    to,
    types: rule.events,
    limit: PAGE,
    ...(fence !== undefined && otherFences.length === 0 && { fence }),
    ...(device !== undefined && oneDevice && { device }),
  };
};

/** Runs rules over events of the past, a page at a time; a few runs at once. */
export class DryRuns {
  readonly #ports: DryRunPorts;
  readonly #most: number;
  #under = 0;

  /** `most` events are looked at by one run. */
  constructor(ports: DryRunPorts, most: number = DRY_RUN_BOUNDS.events) {
    this.#ports = ports;
    this.#most = most;
  }

  /**
   * What the rule would have said. Throws `invalid_parameter` when the span holds too many events, and
   * `overloaded` while enough others are run.
   */
  async run(order: DryRunOrder): Promise<DryRun> {
    if (order.from > order.to) {
      throw new Problem("invalid_parameter", `from (${order.from}) is after to (${order.to})`);
    }
    if (this.#under >= DRY_RUN_BOUNDS.atOnce) {
      throw new Problem("overloaded", `${this.#under} dry runs are under way; try again when one has ended`);
    }
    this.#under += 1;
    try {
      return await this.#run(order);
    } finally {
      this.#under -= 1;
    }
  }

  async #run(order: DryRunOrder): Promise<DryRun> {
    const { workspace, rule } = order;
    const runner = createDryRun(asRule(order));
    const contexts = new Contexts(this.#ports, workspace);
    const query = queryOf(order);
    let seen = 0;
    let after = 0;
    for (;;) {
      const page = await this.#ports.events.list({ ...query, after });
      const events = page.events.map(({ event }) => event);
      seen += events.length;
      if (seen > this.#most) {
        const detail = `more than ${this.#most} events lie between from and to; a dry run looks at no more`;
        throw new Problem("invalid_parameter", detail);
      }
      await contexts.prepare(events, asksPosition(rule));
      for (const event of events) runner.add(event, contexts.of(event));
      if (!page.more) return runner.result();
      after = page.end;
    }
  }
}

/** A rule that is not stored. */
const asRule = ({ workspace, rule, to }: DryRunOrder): Rule => ({
  ...rule,
  id: "dry-run",
  workspace,
  version: 0,
  createdAt: to,
  updatedAt: to,
});
