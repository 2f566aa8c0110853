import type { Bus, Devices, Fences, Workspaces } from "#ports";
import type { DeviceId, FenceId, WorkspaceId } from "#wire";

/** What people call devices and fences, in memory, so that alerts can say it without a question to the store. */
export interface KnownNames {
  device(workspace: WorkspaceId, device: DeviceId): string | undefined;
  fence(workspace: WorkspaceId, fence: FenceId): string | undefined;
  stop(): void;
}

const PAGE = 1_000;

/** Reads all names, and follows the news from then on. */
export async function followNames(ports: {
  readonly devices: Devices;
  readonly fences: Fences;
  readonly workspaces: Pick<Workspaces, "list">;
  readonly bus: Bus;
}): Promise<KnownNames> {
  const { devices, fences, workspaces, bus } = ports;
  const known = { devices: new Map<string, string>(), fences: new Map<string, string>() };
  const keep = (
    of: keyof typeof known,
    workspace: WorkspaceId,
    id: string,
    name: string | undefined,
  ): void => {
    if (name === undefined || name === "") known[of].delete(keyOf(workspace, id));
    else known[of].set(keyOf(workspace, id), name);
  };
  const stop = bus.subscribe((news) => {
    switch (news.kind) {
      case "device-described":
        if (news.label.name !== undefined) keep("devices", news.workspace, news.device, news.label.name);
        break;
      case "device-deleted":
        keep("devices", news.workspace, news.device, undefined);
        break;
      case "fence-put":
        keep("fences", news.workspace, news.fence.id, news.fence.name);
        break;
      case "fence-deleted":
        keep("fences", news.workspace, news.fence, undefined);
        break;
      case "moved":
      case "happened":
      case "defined":
      case "undefined":
      case "alerted":
        break;
    }
  });
  for (const { id: workspace } of await workspaces.list()) {
    for (const [device, { name }] of await devices.labels(workspace))
      keep("devices", workspace, device, name);
    for (let after: string | undefined; ;) {
      const page = await fences.list(workspace, { limit: PAGE, ...(after !== undefined && { after }) });
      for (const { id, name } of page) keep("fences", workspace, id, name);
      after = page.at(-1)?.id;
      if (page.length < PAGE) break;
    }
  }
  return {
    device: (workspace, id) => known.devices.get(keyOf(workspace, id)),
    fence: (workspace, id) => known.fences.get(keyOf(workspace, id)),
    stop,
  };
}

const keyOf = (workspace: WorkspaceId, id: string): string => JSON.stringify([workspace, id]);
