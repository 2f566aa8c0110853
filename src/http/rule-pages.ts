import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  blankHours,
  newRule,
  questionPage,
  ruleBody,
  ruleFields,
  ruleFormPage,
  ruleListPage,
  type RuleFields,
  type RuleFormPage,
  type Trial,
} from "#pages";
import type { Clock, Outbox } from "#ports";
import type { WorkspaceId } from "#wire";
import { askId } from "./ask.ts";
import { namesOfRules, type NamePorts } from "./definition-names.ts";
import { DryRuns, type DryRunPorts } from "./dry-runs.ts";
import { EventRows, type EventRowPorts } from "./event-rows.ts";
import { FormBody } from "./form-body.ts";
import { ownZone, ruleChoices, type ChoicePorts } from "./form-choices.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { ADMIN_PAGE, type PageKit } from "./page-kit.ts";
import { readRule, RuleDesk, type NotedRule, type RuleDeskPorts } from "./rule-desk.ts";

/** What the pages of rules read and write. */
export interface RulePagePorts extends RuleDeskPorts, ChoicePorts, DryRunPorts, NamePorts, EventRowPorts {
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Rules that the list shows, the newest alerts that are searched for each one's last, events of a dry run. */
const [MOST_RULES, RECENT_ALERTS, TRIAL_EVENTS] = [1000, 300, 50];
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

/** The list of rules, their form with its dry run, and the question before one is deleted. */
export const addRulePages = (server: FastifyInstance, kit: PageKit, ports: RulePagePorts): void => {
  const desk = new RuleDesk(ports);
  const runs = new DryRuns(ports);
  const rows = new EventRows(ports);

  const lastAlerts = async (workspace: WorkspaceId): Promise<ReadonlyMap<string, number>> => {
    const newest = await ports.outbox.list({ workspace, limit: RECENT_ALERTS, order: "newest" });
    const last = new Map<string, number>();
    for (const { alert } of newest) {
      for (const rule of alert.rules) if (!last.has(rule)) last.set(rule, alert.at);
    }
    return last;
  };

  const show = async (
    request: FastifyRequest,
    { fields, problem, trial, span = "7" }: Showing,
    id?: string,
  ): Promise<string> =>
    ruleFormPage(kit.frame(request, id === undefined ? "New rule" : fields.name), {
      fields,
      problem,
      trial,
      span: SPANS.has(span) ? span : "7",
      choices: await ruleChoices(ports, principalOf(request).workspace),
      now: ports.clock.now(),
      ...(id !== undefined && { id }),
    });

  const tryOut = async (workspace: WorkspaceId, fields: RuleFields, span: string): Promise<Trial> => {
    const days = SPANS.has(span) ? Number(span) : 7;
    const to = ports.clock.now();
    const rule = readRule(ruleBody(fields), "optional");
    const { events, ...counts } = await runs.run({ workspace, rule, from: to - days * DAY, to });
    const newest = events.slice(-TRIAL_EVENTS).toReversed();
    const more = events.length - newest.length;
    return { ...counts, days, events: await rows.of(workspace, newest), more };
  };

  /** Answers the page to show again, or the rule that was stored. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    id?: string,
  ): Promise<string | NotedRule> => {
    const { workspace } = principalOf(request);
    const form = new FormBody(request);
    const fields = readFields(form);
    const span = form.text("span");
    if (form.text("do") === "add-hours") {
      const hours = [...fields.hours, blankHours];
      return await show(request, { fields: { ...fields, hours, when: "hours" }, span }, id);
    }
    try {
      if (form.text("do") === "try") {
        const trial = await tryOut(workspace, fields, span);
        return await show(request, { fields, trial, span }, id);
      }
      const body = ruleBody(fields);
      return id === undefined ? await desk.create(workspace, body) : await desk.replace(workspace, id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      reply.code(400);
      return await show(request, { fields, problem, span }, id);
    }
  };

  server.get("/rules", async (request, reply) => {
    const { workspace } = principalOf(request);
    const admin = kit.isAdmin(request);
    const rules = await ports.definitions.list("rule", workspace, { limit: MOST_RULES });
    const [names, last] = await Promise.all([
      namesOfRules(ports, workspace, rules, admin),
      admin ? lastAlerts(workspace) : new Map<string, number>(),
    ]);
    const page = { rules, names, lastAlerts: last, notice: kit.notice(request), now: ports.clock.now() };
    return kit.send(reply, ruleListPage(kit.frame(request, "Rules"), page));
  });

  server.get("/rules/new", ADMIN_PAGE, async (request, reply) =>
    kit.send(reply, await show(request, { fields: newRule(ownZone()) })),
  );

  server.post("/rules/new", ADMIN_PAGE, async (request, reply) => {
    const taken = await take(request, reply);
    if (typeof taken === "string") return kit.send(reply, taken);
    const notice = { text: `“${taken.rule.name}” is made.`, notes: taken.notes };
    return kit.goOn(request, reply, "/rules", notice);
  });

  server.get("/rules/:id", ADMIN_PAGE, async (request, reply) => {
    const rule = await desk.get(principalOf(request).workspace, askId(request));
    return kit.send(reply, await show(request, { fields: ruleFields(rule, ownZone()) }, rule.id));
  });

  server.post("/rules/:id", ADMIN_PAGE, async (request, reply) => {
    const { id } = await desk.get(principalOf(request).workspace, askId(request));
    const taken = await take(request, reply, id);
    if (typeof taken === "string") return kit.send(reply, taken);
    const notice = { text: `“${taken.rule.name}” is saved.`, notes: taken.notes };
    return kit.goOn(request, reply, "/rules", notice);
  });

  server.get("/rules/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const { id, name } = await desk.get(principalOf(request).workspace, askId(request));
    const back = `/rules/${encodeURIComponent(id)}`;
    const page = questionPage(kit.frame(request, name), {
      heading: `Delete “${name}”?`,
      text: "Nobody is told any more of what it waited for. To pause it, switch it off instead.",
      yes: "Delete the rule",
      action: `${back}/delete`,
      back,
      here: "/rules",
    });
    return kit.send(reply, page);
  });

  server.post("/rules/:id/delete", ADMIN_PAGE, async (request, reply) => {
    const { workspace } = principalOf(request);
    const { id, name } = await desk.get(workspace, askId(request));
    await desk.delete(workspace, id);
    return kit.goOn(request, reply, "/rules", { text: `“${name}” is deleted.` });
  });
};
