export { checkRule } from "./compile.ts";
export { compileCondition, CONDITION_LIMITS, type Condition } from "./condition.ts";
export {
  createDryRun,
  dryRun,
  DRY_RUN_EVENTS,
  type DryRun,
  type DryRunner,
  type PastEvent,
} from "./dry-run.ts";
export { explainRules, type Explanation } from "./explain.ts";
export { factsOf, type Facts, type RuleContext } from "./facts.ts";
export type { LastAlert } from "./judge.ts";
export { createRules, type Match, type MatchedTarget, type Rules, type StartedCooldown } from "./match.ts";
export { isActive, nextDeadline, type Deadline, type WeeklyDeadline } from "./schedule.ts";
export { compileScope, inScope, type ScopeTest } from "./scope.ts";
export { compileTemplate, type Template } from "./template.ts";
