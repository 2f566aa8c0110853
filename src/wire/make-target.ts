import type { EpochMs } from "#geo";
import type { TargetInput } from "./decode-target.ts";
import type { TargetId, WorkspaceId } from "./ids.ts";
import type { Target, TargetKind } from "./target.ts";

/** What a target is called when nobody named it: what tells it from others at a glance. */
const nameOf = (kind: TargetKind): string => {
  switch (kind.kind) {
    case "webhook":
      return /^https?:\/\/([^/?#]+)/i.exec(kind.url)?.[1] ?? "webhook";
    case "email":
      return kind.to[0] ?? "email";
    case "mqtt":
      return kind.topic;
    case "push":
      break;
  }
  return "browser";
};

/** The target that an input makes: a new one or, with `stored`, the next state of that one. */
export const makeTarget = (
  input: TargetInput,
  owner: { readonly id: TargetId; readonly workspace: WorkspaceId; readonly now: EpochMs },
  stored?: Target,
): Target => ({
  ...input,
  id: owner.id,
  workspace: owner.workspace,
  name: input.name ?? stored?.name ?? nameOf(input),
  enabled: input.enabled ?? stored?.enabled ?? true,
  createdAt: stored?.createdAt ?? owner.now,
  updatedAt: owner.now,
});
