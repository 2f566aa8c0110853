import type { FastifyInstance } from "fastify";
import { newRule, ruleFields, ruleListPage } from "#pages";
import type { Outbox } from "#ports";
import type { RuleId, WorkspaceId } from "#wire";
import { askId } from "./ask.ts";
import { namesOfRules, type NamePorts } from "./definition-names.ts";
import { addDeletion } from "./deletion-pages.ts";
import { ownZone } from "./form-choices.ts";
import { principalOf } from "./gate.ts";
import { MANAGE_PAGE, type PageKit } from "./page-kit.ts";
import { RuleDesk, type RuleDeskPorts } from "./rule-desk.ts";
import { RuleForm, type RuleFormPorts } from "./rule-form.ts";

/** What the pages of rules read and write. */
export interface RulePagePorts extends RuleDeskPorts, RuleFormPorts, NamePorts {
  readonly outbox: Outbox;
}

/** Rules that the list shows, and the newest alerts that are searched for each one's last. */
const [MOST_RULES, RECENT_ALERTS] = [1000, 300];

/** When each rule last told somebody, as far as the newest alerts say. */
const lastAlerts = async (outbox: Outbox, workspace: WorkspaceId): Promise<ReadonlyMap<RuleId, number>> => {
  const newest = await outbox.list({ workspace, limit: RECENT_ALERTS, order: "newest" });
  const last = new Map<RuleId, number>();
  for (const { alert } of newest) {
    for (const rule of alert.rules) if (!last.has(rule)) last.set(rule, alert.at);
  }
  return last;
};

/** The list of rules, their form with its dry run, and the question before one is deleted. */
export const addRulePages = (server: FastifyInstance, kit: PageKit, ports: RulePagePorts): void => {
  const desk = new RuleDesk(ports);

  server.get("/rules", async (request, reply) => {
    const { workspace } = principalOf(request);
    const admin = kit.may(request, "manage");
    const rules = await ports.definitions.list("rule", workspace, { limit: MOST_RULES });
    const [names, last] = await Promise.all([
      namesOfRules(ports, workspace, rules, admin),
      admin ? lastAlerts(ports.outbox, workspace) : new Map<RuleId, number>(),
    ]);
    const page = { rules, names, lastAlerts: last, notice: kit.notice(request), now: ports.clock.now() };
    return kit.send(reply, ruleListPage(kit.frame(request, "Rules"), page));
  });

  addForm(server, kit, desk, new RuleForm(kit, ports, desk));

  addDeletion(server, kit, {
    place: "/rules",
    yes: "Delete the rule",
    get: (workspace, id) => desk.get(workspace, id),
    warn: () => "Nobody is told any more of what it waited for. To pause it, switch it off instead.",
    delete: (workspace, id) => desk.delete(workspace, id),
  });
};

const addForm = (server: FastifyInstance, kit: PageKit, desk: RuleDesk, form: RuleForm): void => {
  server.get("/rules/new", MANAGE_PAGE, async (request, reply) =>
    kit.send(reply, await form.show(request, { fields: newRule(ownZone()) })),
  );

  server.post("/rules/new", MANAGE_PAGE, async (request, reply) => {
    const taken = await form.take(request, reply);
    if (typeof taken === "string") return kit.send(reply, taken);
    request.made = [taken.rule.id];
    const notice = { text: `“${taken.rule.name}” is made.`, notes: taken.notes };
    return kit.goOn(request, reply, "/rules", notice);
  });

  server.get("/rules/:id", MANAGE_PAGE, async (request, reply) => {
    const rule = await desk.get(principalOf(request).workspace, askId(request));
    return kit.send(reply, await form.show(request, { fields: ruleFields(rule, ownZone()) }, rule.id));
  });

  server.post("/rules/:id", MANAGE_PAGE, async (request, reply) => {
    const { id } = await desk.get(principalOf(request).workspace, askId(request));
    const taken = await form.take(request, reply, id);
    if (typeof taken === "string") return kit.send(reply, taken);
    const notice = { text: `“${taken.rule.name}” is saved.`, notes: taken.notes };
    return kit.goOn(request, reply, "/rules", notice);
  });
};
