import type { FastifyReply, FastifyRequest } from "fastify";
import { blankHours, ruleBody, ruleFormPage, type RuleFields, type RuleFormPage, type Trial } from "#pages";
import type { Clock } from "#ports";
import type { RuleId, WorkspaceId } from "#wire";
import { DryRuns, type DryRunPorts } from "./dry-runs.ts";
import { EventRows, type EventRowPorts } from "./event-rows.ts";
import { FormBody } from "./form-body.ts";
import { ruleChoices, type ChoicePorts } from "./form-choices.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";
import { readRule, type NotedRule, type RuleDesk } from "./rule-desk.ts";

/** What the form of a rule reads. */
export interface RuleFormPorts extends ChoicePorts, DryRunPorts, EventRowPorts {
  readonly clock: Clock;
}

/** Events of a dry run that are shown. */
const TRIAL_EVENTS = 50;
const DAY = 86_400_000;
const SPANS: ReadonlySet<string> = new Set(["1", "7", "31"]);

/** Fields that can be wrong, by the names that the API has for them. */
const FIELDS = [
  "name",
  "events",
  "fences",
  "groups",
  "devices",
  "watches",
  "schedule",
  "condition",
  "targets",
  "cooldownSeconds",
  "text",
];

const readFields = (form: FormBody): RuleFields => ({
  name: form.text("name"),
  enabled: form.has("enabled"),
  events: form.list("events"),
  fences: form.list("fences"),
  groups: form.list("groups"),
  devices: form.text("devices"),
  watches: form.list("watches"),
  when: form.text("when") === "hours" ? "hours" : "always",
  timeZone: form.text("timeZone"),
  hours: Array.from({ length: form.rows("hours") }, (_, row) => ({
    days: form.list(`hours-${row}-days`),
    from: form.text(`hours-${row}-from`),
    to: form.text(`hours-${row}-to`),
  })),
  condition: form.text("condition"),
  targets: form.list("targets"),
  cooldown: { amount: form.text("cooldownSeconds"), unit: form.text("cooldownUnit") },
  text: form.text("text"),
  edits: form.has("edits"),
});

/** What the form shows besides its choices. */
type Showing = Pick<RuleFormPage, "fields" | "problem" | "trial"> & { readonly span?: string };

/** The form of a rule: shows it, takes it, and tries it. */
export class RuleForm {
  readonly #kit: PageKit;
  readonly #ports: RuleFormPorts;
  readonly #desk: RuleDesk;
  readonly #runs: DryRuns;
  readonly #rows: EventRows;

  constructor(kit: PageKit, ports: RuleFormPorts, desk: RuleDesk) {
    this.#kit = kit;
    this.#ports = ports;
    this.#desk = desk;
    this.#runs = new DryRuns(ports);
    this.#rows = new EventRows(ports);
  }

  /** The page; `id` is that of a stored rule. */
  async show(request: FastifyRequest, showing: Showing, id?: RuleId): Promise<string> {
    const { fields, problem, trial, span = "" } = showing;
    return ruleFormPage(this.#kit.frame(request, id === undefined ? "New rule" : fields.name), {
      fields,
      problem,
      trial,
      span: SPANS.has(span) ? span : "7",
      choices: await ruleChoices(this.#ports, principalOf(request).workspace),
      now: this.#ports.clock.now(),
      ...(id !== undefined && { id }),
    });
  }

  /** Takes what was posted; answers the page to show again, or the rule that was stored. */
  async take(request: FastifyRequest, reply: FastifyReply, id?: RuleId): Promise<string | NotedRule> {
    const { workspace } = principalOf(request);
    const form = new FormBody(request);
    const fields = readFields(form);
    const span = form.text("span");
    if (form.text("do") === "add-hours") {
      const hours = [...fields.hours, blankHours];
      return await this.show(request, { fields: { ...fields, hours, when: "hours" }, span }, id);
    }
    try {
      if (form.text("do") === "try") {
        const trial = await this.#tryOut(workspace, fields, span);
        return await this.show(request, { fields, trial, span }, id);
      }
      const body = ruleBody(fields);
      if (id === undefined) return await this.#desk.create(workspace, body);
      return await this.#desk.replace(workspace, id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      reply.code(400);
      return await this.show(request, { fields, problem, span }, id);
    }
  }

  async #tryOut(workspace: WorkspaceId, fields: RuleFields, span: string): Promise<Trial> {
    const days = SPANS.has(span) ? Number(span) : 7;
    const to = this.#ports.clock.now();
    const rule = readRule(ruleBody(fields), "optional");
    const { events, ...counts } = await this.#runs.run({ workspace, rule, from: to - days * DAY, to });
    const newest = events.slice(-TRIAL_EVENTS).toReversed();
    const more = events.length - newest.length;
    return { ...counts, days, events: await this.#rows.of(workspace, newest), more };
  }
}
