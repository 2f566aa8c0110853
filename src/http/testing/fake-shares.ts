import type { ShareRecord, Shares } from "#ports";

/** Share links in memory. */
export interface FakeShares {
  readonly shareRecords: ShareRecord[];
  /** How often views were written. */
  readonly viewWrites: { count: number };
  readonly shares: Shares;
}

/** Nobody has shared anything yet. */
export const makeFakeShares = (): FakeShares => {
  const shareRecords: ShareRecord[] = [];
  const viewWrites = { count: 0 };
  const at = (workspace: string, id: string): number =>
    shareRecords.findIndex((share) => share.workspace === workspace && share.id === id);
  const shares: Shares = {
    create: async (share) => void shareRecords.push(share),
    list: async (workspace) =>
      shareRecords
        .filter((share) => share.workspace === workspace)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    get: async (workspace, id) => shareRecords[at(workspace, id)],
    byHash: async (hash) => shareRecords.find((share) => share.hash === hash),
    update: async (share) => {
      const place = at(share.workspace, share.id);
      const before = shareRecords[place];
      if (!before) return false;
      shareRecords[place] = { ...share, views: before.views };
      return true;
    },
    addViews: async (all) => {
      viewWrites.count++;
      for (const { workspace, id, views, lastViewedAt } of all) {
        const before = shareRecords[at(workspace, id)];
        if (before)
          shareRecords[at(workspace, id)] = { ...before, views: before.views + views, lastViewedAt };
      }
    },
    seed: async (workspace) => `seed of ${workspace}`,
  };
  return { shareRecords, viewWrites, shares };
};
