import type { Definitions } from "#ports";
import type { Defined, WorkspaceId } from "#wire";

const PAGE = 1000;

/** Every rule, or every watch, of a workspace, ascending by id; the first `most` of them. */
export const allDefinitions = async <Of extends keyof Defined>(
  definitions: Definitions,
  of: Of,
  workspace: WorkspaceId,
  most: number = Infinity,
): Promise<readonly Defined[Of][]> => {
  const all: Defined[Of][] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const limit = Math.min(PAGE, most - all.length);
    if (limit <= 0) return all;
    const page = await definitions.list(of, workspace, { limit, ...(after !== undefined && { after }) });
    all.push(...page);
    if (page.length < limit) return all;
  }
};
