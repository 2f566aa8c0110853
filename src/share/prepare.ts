import type { Fence, FenceId, ShareTerms, WorkspaceId } from "#wire";
import type { Draw } from "./draw.ts";
import { Veil } from "./veil.ts";

/** Where fences are read. */
export interface FenceSource {
  /** Ascending by id, those after `after`. */
  list(
    workspace: WorkspaceId,
    page: { readonly after?: FenceId; readonly limit: number },
  ): Promise<readonly Fence[]>;
  get(workspace: WorkspaceId, fence: FenceId): Promise<Fence | undefined>;
}

/** A veil, and the fences that it follows from: home zones, and the one that is shared as an area. */
export interface Prepared {
  readonly veil: Veil;
  readonly follows: ReadonlySet<FenceId>;
}

const PAGE = 1000;

const homesIn = async (fences: FenceSource, workspace: WorkspaceId): Promise<readonly Fence[]> => {
  const homes: Fence[] = [];
  for (let after: FenceId | undefined; ;) {
    const page = await fences.list(workspace, { limit: PAGE, ...(after !== undefined && { after }) });
    homes.push(...page.filter(({ home }) => home === true));
    if (page.length < PAGE) return homes;
    after = page.at(-1)?.id;
  }
};

/** The fence that is shared as an area. */
export const areaFence = ({ what }: Pick<ShareTerms, "what">): FenceId | undefined =>
  "area" in what && typeof what.area === "string" ? what.area : undefined;

/** The veil of a link with the fences as they are now. */
export const prepareVeil = async (
  { share, draw }: { readonly share: ShareTerms & { readonly workspace: WorkspaceId }; readonly draw: Draw },
  fences: FenceSource,
): Promise<Prepared> => {
  const { workspace } = share;
  const homes = await homesIn(fences, workspace);
  const area = areaFence(share);
  const fence = area === undefined ? undefined : await fences.get(workspace, area);
  const follows = new Set(homes.map(({ id }) => id));
  if (area !== undefined) follows.add(area);
  return { veil: new Veil({ terms: share, homes, fence, draw }), follows };
};
