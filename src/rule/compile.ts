import { isRefusal, type FenceId, type Refusal, type Rule, type WatchId } from "#wire";
import { compileCondition, type Condition } from "./condition.ts";
import { compileScope, type ScopeTest } from "./scope.ts";
import { compileTemplate, type Template } from "./template.ts";

/** A rule with its parts ready to be asked. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly inScope: ScopeTest;
  readonly fences?: ReadonlySet<FenceId>;
  readonly watches?: ReadonlySet<WatchId>;
  readonly condition?: Condition;
  readonly template?: Template;
}

/**
 * Says what is wrong with condition and text of a rule that was decoded: `invalid_rule`, or nothing. To be asked
 * where a rule comes in.
 */
export const checkRule = ({ condition, text }: Pick<Rule, "condition" | "text">): Refusal | undefined => {
  const wrong = condition === undefined ? undefined : compileCondition(condition);
  if (wrong !== undefined && isRefusal(wrong)) return wrong;
  const unclear = text === undefined ? undefined : compileTemplate(text);
  return unclear !== undefined && isRefusal(unclear) ? unclear : undefined;
};

/** A rule that was let in by another version of the program must not stop this one: it matches nothing, and says so. */
const never = (text: string, { detail }: Refusal): Condition => ({
  text,
  holds: () => ({ error: detail }),
  show: () => "",
});

/** Makes a rule ready. A condition that does not compile fails with every event, a text that does not is left out. */
export const compileRule = (rule: Rule): CompiledRule => {
  const condition = rule.condition === undefined ? undefined : compileCondition(rule.condition);
  const template = rule.text === undefined ? undefined : compileTemplate(rule.text);
  return {
    rule,
    inScope: compileScope(rule),
    ...(rule.fences !== undefined && { fences: new Set(rule.fences) }),
    ...(rule.watches !== undefined && { watches: new Set(rule.watches) }),
    ...(condition !== undefined && {
      condition: isRefusal(condition) ? never(condition.detail, condition) : condition,
    }),
    ...(template !== undefined && !isRefusal(template) && { template }),
  };
};
