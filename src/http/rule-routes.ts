import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EpochMs } from "#geo";
import type { DryRun } from "#rule";
import { encodeEvent, encodeRule, type EventBody, type RuleBody, type RuleInput } from "#wire";
import { pageOf } from "./answer-list.ts";
import { askAfterKey, askId, askLimit, askObject, askTime } from "./ask.ts";
import { DryRuns } from "./dry-runs.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { readRule, RuleDesk, type NotedRule } from "./rule-desk.ts";

/** A rule as it is answered to whoever stored it. */
export type NotedRuleBody = RuleBody & {
  /** What its owner should know, in sentences; absent when there is nothing. */
  readonly notes?: readonly string[];
};

/** What a dry run answers. */
export type DryRunBody = Omit<DryRun, "events"> & { readonly events: readonly EventBody[] };

/** Without `from`, so much before `to`. */
const DEFAULT_SPAN = 7 * 86_400_000;

const noted = ({ rule, notes }: NotedRule): NotedRuleBody => ({
  ...encodeRule(rule),
  ...(notes.length > 0 && { notes }),
});

const askSpan = (request: FastifyRequest, now: EpochMs): { readonly from: EpochMs; readonly to: EpochMs } => {
  const to = askTime(request, "to") ?? now;
  return { from: askTime(request, "from") ?? to - DEFAULT_SPAN, to };
};

/** `/api/rules[/{id}]`; reading and dry runs need `view`, changing `admin`. */
export const addRuleRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const desk = new RuleDesk(ports);
  const runs = new DryRuns(ports);

  const dryRun = async (request: FastifyRequest, rule: RuleInput): Promise<DryRunBody> => {
    const { workspace } = principalOf(request);
    const result = await runs.run({ workspace, rule, ...askSpan(request, ports.clock.now()) });
    return { ...result, events: result.events.map(encodeEvent) };
  };

  server.get("/api/rules", async (request) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "rules");
    const { workspace } = principalOf(request);
    const found = await ports.definitions.list("rule", workspace, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    const { items, end } = pageOf("rules", found, { limit, after }, ({ id }) => id);
    return { rules: items.map(encodeRule), ...end };
  });

  server.get("/api/rules/:id", async (request) =>
    encodeRule(await desk.get(principalOf(request).workspace, askId(request))),
  );

  server.post("/api/rules", async (request, reply) => {
    const made = await desk.create(principalOf(request).workspace, askObject(request));
    reply.code(201).header("location", `/api/rules/${encodeURIComponent(made.rule.id)}`);
    return noted(made);
  });

  server.put("/api/rules/:id", async (request) =>
    noted(await desk.replace(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.patch("/api/rules/:id", async (request) =>
    noted(await desk.patch(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.delete("/api/rules/:id", async (request, reply) => {
    await desk.delete(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });

  // They change nothing: whoever may read the events may ask what a rule would say of them.
  const config = { config: { scope: "view" } } as const;

  server.post("/api/rules/dry-run", config, async (request) =>
    dryRun(request, readRule(askObject(request), "optional")),
  );

  server.post("/api/rules/:id/dry-run", config, async (request) =>
    dryRun(request, await desk.get(principalOf(request).workspace, askId(request))),
  );
};
