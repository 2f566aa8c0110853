import type { Rule } from "./rule.ts";
import { formatTime } from "./time.ts";

/** A rule in answers; times in RFC 3339 UTC. `decodeRule` takes it back. */
export type RuleBody = Omit<Rule, "workspace" | "createdAt" | "updatedAt"> & {
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A rule as it leaves the server. */
export const encodeRule = (rule: Rule): RuleBody => {
  const { workspace: _, createdAt, updatedAt, ...rest } = rule;
  return { ...rest, createdAt: formatTime(createdAt), updatedAt: formatTime(updatedAt) };
};
