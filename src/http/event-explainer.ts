import type { AlertRecord, Definitions, Events, Explain, Outbox, PositionExplanation } from "#ports";
import { explainRules, type Explanation } from "#rule";
import { formatTime, type Event, type Rule, type RuleId } from "#wire";
import { allDefinitions } from "./all-definitions.ts";
import { Contexts, type ContextPorts } from "./rule-context.ts";

/** What an explanation is made of. */
export interface ExplainerPorts extends ContextPorts {
  readonly definitions: Definitions;
  readonly events: Events;
  readonly outbox: Outbox;
  readonly explain?: Explain;
}

/** Why an event is one, and why it was, or was not, told to whom. */
export interface EventExplanation {
  readonly event: Event;
  /** What the layers say of its fix; absent when nobody can tell any more. */
  readonly position?: PositionExplanation;
  /** Each rule as it is now, by id. */
  readonly rules: readonly Explanation[];
  readonly alerts: readonly AlertRecord[];
}

/** Rules that are explained, and alerts that are shown. */
const [MOST_RULES, MOST_ALERTS] = [1000, 1000];
/** Events of the device that are searched for the alert that a cool-down began with. */
const MOST_NEIGHBOURS = 200;

/** Says of events of the past what led to them and what followed. */
export class EventExplainer {
  readonly #ports: ExplainerPorts;

  constructor(ports: ExplainerPorts) {
    this.#ports = ports;
  }

  async explain(event: Event): Promise<EventExplanation> {
    const { definitions, outbox, explain } = this.#ports;
    const { workspace, device } = event;
    const [rules, alerts, position] = await Promise.all([
      allDefinitions(definitions, "rule", workspace, MOST_RULES),
      outbox.list({ workspace, event: event.id, limit: MOST_ALERTS }),
      explain?.position(workspace, device, event.fix),
    ]);
    return {
      event,
      ...(position !== undefined && { position }),
      rules: await this.#explainRules(event, rules, alerts),
      alerts,
    };
  }

  async #explainRules(
    event: Event,
    rules: readonly Rule[],
    alerts: readonly AlertRecord[],
  ): Promise<readonly Explanation[]> {
    const contexts = new Contexts(this.#ports, event.workspace);
    await contexts.prepare([event], true);
    const context = contexts.of(event);
    const told = new Set(alerts.flatMap(({ alert }) => alert.rules));
    const explained = explainRules(rules, event, context);
    const silent = rules.filter((rule, index) => explained[index]?.matched === true && !told.has(rule.id));
    const last = await this.#lastAlerts(event, silent);
    const again = explainRules(rules, event, context, (rule) => last.get(rule));
    return again.map((explanation, index) => withAge(explanation, rules[index], event, told));
  }

  /** Of each rule with a cool-down the event nearest in time, within it, that the rule has alerted of. */
  async #lastAlerts(event: Event, rules: readonly Rule[]): Promise<ReadonlyMap<RuleId, number>> {
    const { events, outbox } = this.#ports;
    const { workspace, device, fence, id, time } = event;
    const last = new Map<RuleId, number>();
    const longest = Math.max(0, ...rules.map(({ cooldownSeconds = 0 }) => cooldownSeconds * 1000));
    if (longest === 0) return last;
    const { events: around } = await events.list({
      workspace,
      device,
      ...(fence !== undefined && { fence }),
      from: time - longest,
      to: time + longest,
      limit: MOST_NEIGHBOURS,
      order: "newest",
    });
    const neighbours = around
      .map((found) => found.event)
      .filter((other) => other.id !== id && other.fence === fence)
      .toSorted((a, b) => Math.abs(a.time - time) - Math.abs(b.time - time));
    const wanted = new Set(rules.map((rule) => rule.id));
    for (const other of neighbours) {
      if (last.size === wanted.size) break;
      const alerts = await outbox.list({ workspace, event: other.id, limit: MOST_ALERTS });
      for (const rule of alerts.flatMap(({ alert }) => alert.rules)) {
        if (wanted.has(rule) && !last.has(rule)) last.set(rule, other.time);
      }
    }
    return last;
  }
}

/** A rule that matches now and has not told anybody may have been another one then. */
const withAge = (
  explanation: Explanation,
  rule: Rule | undefined,
  event: Event,
  told: ReadonlySet<RuleId>,
): Explanation => {
  if (rule === undefined || !explanation.matched || told.has(rule.id)) return explanation;
  if (rule.updatedAt <= event.detectedAt) return explanation;
  const edited = rule.version > 1 ? "edited" : "made";
  return {
    ...explanation,
    matched: false,
    reason: `it would match now, but was ${edited} at ${formatTime(rule.updatedAt)}, after the event`,
  };
};
