import type { Editor } from "#ports";
import { checkRule } from "#rule";
import {
  decodeRule,
  encodeRule,
  isRefusal,
  Problem,
  show,
  type Rule,
  type RuleId,
  type RuleInput,
  type WorkspaceId,
} from "#wire";
import { fresh, missing, refuseMissing } from "./references.ts";
import { notesOn, type NotePorts } from "./rule-notes.ts";
import { mintId } from "./secrets.ts";

/** What rules are kept with. */
export interface RuleDeskPorts extends NotePorts {
  readonly editor: Editor;
}

/** A rule as it was stored, with what its owner should know. */
export interface NotedRule {
  readonly rule: Rule;
  readonly notes: readonly string[];
}

/** Decodes a rule and checks its condition and text; throws `invalid_rule`. */
export const readRule = (value: unknown, targets: "needed" | "optional" = "needed"): RuleInput => {
  const input = decodeRule(value, targets);
  if (isRefusal(input)) throw new Problem(input.code, input.detail);
  const wrong = checkRule(input);
  if (wrong !== undefined) throw new Problem(wrong.code, wrong.detail);
  return input;
};

/** Takes in what people say of rules, over REST and from forms alike. */
export class RuleDesk {
  readonly #ports: RuleDeskPorts;

  constructor(ports: RuleDeskPorts) {
    this.#ports = ports;
  }

  /** Throws `not_found`. */
  async get(workspace: WorkspaceId, id: RuleId): Promise<Rule> {
    const rule = await this.#ports.definitions.get("rule", workspace, id);
    if (rule === undefined) throw new Problem("not_found", `there is no rule ${show(id)}`);
    return rule;
  }

  /** Throws `invalid_rule`, `unknown_target`, `unknown_fence`, and `not_found` for a watch. */
  async create(workspace: WorkspaceId, body: unknown): Promise<NotedRule> {
    const input = readRule(body);
    await this.#mustExist(workspace, input);
    const rule = await this.#ports.editor.putRule({ ...input, id: mintId("rule"), workspace }, "create");
    return await this.#noted(rule);
  }

  /** As `create`; what the rule referred to before need not exist any more. */
  async replace(workspace: WorkspaceId, id: RuleId, body: unknown): Promise<NotedRule> {
    return await this.#update(await this.get(workspace, id), body);
  }

  /** Changes single properties; `null` removes one. */
  async patch(
    workspace: WorkspaceId,
    id: RuleId,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<NotedRule> {
    const stored = await this.get(workspace, id);
    return await this.#update(stored, { ...encodeRule(stored), ...changes });
  }

  /** Throws `not_found`. */
  async delete(workspace: WorkspaceId, id: RuleId): Promise<void> {
    await this.#ports.editor.undefine(workspace, "rule", id);
  }

  async #update(stored: Rule, body: unknown): Promise<NotedRule> {
    const input = readRule(body);
    const { id, workspace } = stored;
    await this.#mustExist(workspace, input, stored);
    return await this.#noted(await this.#ports.editor.putRule({ ...input, id, workspace }, "update"));
  }

  async #noted(rule: Rule): Promise<NotedRule> {
    return { rule, notes: await notesOn(rule, this.#ports) };
  }

  async #mustExist(workspace: WorkspaceId, input: RuleInput, stored?: Rule): Promise<void> {
    const { targets, fences, definitions } = this.#ports;
    const unknown = await targets.unknown(workspace, fresh(input.targets, stored?.targets));
    refuseMissing("unknown_target", "target", unknown);
    const noFences = await missing(fresh(input.fences, stored?.fences), (id) => fences.get(workspace, id));
    refuseMissing("unknown_fence", "fence", noFences);
    const noWatches = await missing(fresh(input.watches, stored?.watches), (id) =>
      definitions.get("watch", workspace, id),
    );
    refuseMissing("not_found", "watch", noWatches);
  }
}
