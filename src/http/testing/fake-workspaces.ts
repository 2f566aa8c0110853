import type { MemberRecord, SessionRecord, WorkspaceRecord, Workspaces } from "#ports";
import { Problem } from "#wire";
import type { Clearing } from "../workspace-desk.ts";

/** Workspaces in memory. */
export interface FakeWorkspaces {
  readonly workspaceRecords: WorkspaceRecord[];
  readonly workspaces: Workspaces;
  readonly clearing: Clearing;
}

/** The first one, to begin with; `clearing` takes away the record alone. */
export const makeFakeWorkspaces = (members: MemberRecord[], sessions: SessionRecord[]): FakeWorkspaces => {
  const records: WorkspaceRecord[] = [{ id: "main", name: "", createdAt: 0 }];
  const find = (id: string) => records.findIndex((one) => one.id === id);
  const freed = new Set<string>();
  return {
    workspaceRecords: records,
    workspaces: {
      create: async (workspace, owner) => {
        if (find(workspace.id) >= 0) throw new Problem("conflict", "there is one already");
        records.push(workspace);
        const since = workspace.createdAt;
        if (owner) members.push({ workspace: workspace.id, person: owner, role: "owner", since });
      },
      get: async (id) => records[find(id)],
      list: async () => records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      rename: async (id, name) => {
        const record = records[find(id)];
        if (record) records[find(id)] = { ...record, name };
        return record !== undefined;
      },
      enter: async (hash, id) => {
        const at = sessions.findIndex((one) => one.hash === hash);
        const session = sessions[at];
        if (!session || !members.some((one) => one.workspace === id && one.person === session.person))
          return false;
        sessions[at] = { ...session, workspace: id };
        return true;
      },
    },
    clearing: {
      begin: async (id) => {
        if (find(id) < 0) throw new Problem("not_found", "none");
        records.splice(find(id), 1);
        freed.add(id);
      },
      mustBeFree: (id) => {
        if (freed.has(id)) throw new Problem("conflict", "deleted lately");
      },
    },
  };
};
