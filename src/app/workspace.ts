import { createMemoryBus } from "#bus";
import { createFlow } from "#flow";
import { type Clearing, createAccess, type OwnWorkspace, WorkspaceDesk } from "#http";
import type { Principal } from "#ports";
import type { SqliteStore } from "#store";
import { FIRST_WORKSPACE, type WorkspaceId } from "#wire";
import { askServer } from "./ask-server.ts";
import { clearWorkspace } from "./clear-workspace.ts";
import { systemClock } from "./clock.ts";
import { createLogger } from "./logger.ts";
import { onlineOrAtRest, type Place } from "./place.ts";
import type { Surroundings } from "./surroundings.ts";

/** A workspace to be made. */
export interface WorkspaceOrder {
  readonly id: string;
  readonly name?: string;
  /** Mail address of who is to own it. */
  readonly owner: string;
}

/** Whoever has the data folder may do everything, in every workspace. */
const operatorOf = (workspace: WorkspaceId): Principal => ({
  workspace,
  scopes: ["admin"],
  register: true,
  via: "token",
  id: "command-line",
});

const DOER = { by: "command line" };

const deskOf = (store: SqliteStore): WorkspaceDesk => {
  const access = createAccess({ ...store, clock: systemClock });
  return new WorkspaceDesk({ ...store, access, clearing: clearingOf(store), clock: systemClock });
};

/** Deletes while nothing else runs: what the log still holds is judged first, as at a start. */
const clearingOf = (store: SqliteStore): Clearing => ({
  mustBeFree: () => undefined,
  begin: async (id) => {
    await store.workspaces.close(id);
    const logger = createLogger("warn");
    const flow = await createFlow({ ...store, bus: createMemoryBus(logger), clock: systemClock, logger });
    try {
      const ports = { ...store, editor: flow.editor, now: () => systemClock.now() };
      await clearWorkspace(id, ports, new AbortController().signal);
    } finally {
      await flow.close();
    }
  },
});

const pathOf = (id: string): string => `/api/workspaces/${encodeURIComponent(id)}`;

/** `whereabouts workspace create`: prints the link of the owner's invitation alone on stdout. */
export async function createWorkspace(
  place: Place,
  order: WorkspaceOrder,
  around: Surroundings,
): Promise<number> {
  const { id, name = "", owner } = order;
  const fields = { id, name, owner };
  const link = await onlineOrAtRest(
    place,
    async () => {
      const body = JSON.stringify(fields);
      return ((await askServer(place, { method: "POST", path: "/api/workspaces", body })) as { link: string })
        .link;
    },
    async (store) =>
      (await deskOf(store).create(operatorOf(FIRST_WORKSPACE), fields, DOER)).invited?.path ?? "",
  );
  around.stderr.write(`${id} is made; an invitation for ${owner} to own it, for a week and once:\n`);
  around.stdout.write(`${new URL(link, place.url).href}\n`);
  return 0;
}

/** `whereabouts workspace list`: all of them in a data folder, or with `all`; else those of the token. */
export async function listWorkspaces(place: Place, all: boolean, around: Surroundings): Promise<number> {
  const workspaces = await onlineOrAtRest(
    place,
    async () => {
      const path = `/api/workspaces${all ? "?all=true" : ""}`;
      return ((await askServer(place, { method: "GET", path })) as { workspaces: OwnWorkspace[] }).workspaces;
    },
    (store) => deskOf(store).all(operatorOf(FIRST_WORKSPACE)),
  );
  for (const { id, name } of workspaces) around.stdout.write(`${name === "" ? id : `${id}  ${name}`}\n`);
  return 0;
}

/** `whereabouts workspace rename`. */
export async function renameWorkspace(
  place: Place,
  { id, name }: { readonly id: string; readonly name: string },
  around: Surroundings,
): Promise<number> {
  await onlineOrAtRest<unknown>(
    place,
    () =>
      askServer(
        { ...place, workspace: id },
        { method: "PATCH", path: pathOf(id), body: JSON.stringify({ name }) },
      ),
    (store) => deskOf(store).rename(operatorOf(id), id, { name }, DOER),
  );
  around.stderr.write(`${id} is called ${name} now\n`);
  return 0;
}

/** `whereabouts workspace delete`: a running server goes on with it by itself, in a data folder it is done when this ends. */
export async function deleteWorkspace(
  place: Place,
  { id, confirm }: { readonly id: string; readonly confirm: string },
  around: Surroundings,
): Promise<number> {
  const said = await onlineOrAtRest(
    place,
    async () => {
      const body = JSON.stringify({ confirm });
      await askServer({ ...place, workspace: id }, { method: "DELETE", path: pathOf(id), body });
      return "is closed, and the server deletes what it holds";
    },
    async (store) => {
      await deskOf(store).delete(operatorOf(id), id, confirm, DOER);
      return "is deleted";
    },
  );
  around.stderr.write(`${id} ${said}\n`);
  return 0;
}
