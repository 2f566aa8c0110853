import type { Definitions, Devices, Editor, Fences, SweepStep, Targets, WorkspaceEnds } from "#ports";
import {
  type Definition,
  type Device,
  type ErrorCode,
  type Fence,
  Problem,
  type Target,
  type WorkspaceId,
} from "#wire";

/** What a workspace is cleared with. */
export interface ClearPorts {
  readonly workspaces: Pick<WorkspaceEnds, "sweep">;
  readonly devices: Pick<Devices, "list">;
  readonly fences: Pick<Fences, "list">;
  readonly definitions: Pick<Definitions, "list">;
  readonly targets: Pick<Targets, "list" | "delete">;
  readonly editor: Pick<Editor, "undefine" | "deleteFence" | "deleteDevice">;
  /** When it happens; part of what is said of alerts that are given up meanwhile. */
  readonly now: () => number;
}

/** Things that are deleted at once. */
const PAGE = 100;

/** What says that a thing is gone already. */
const GONE: ReadonlySet<ErrorCode> = new Set([
  "not_found",
  "unknown_device",
  "unknown_fence",
  "unknown_target",
]);

/**
 * Deletes everything in a workspace that is closed, and itself. Rules and targets go first, so that nobody is told of
 * what the rest brings about; what the flow has in memory goes through its log. It may be interrupted anywhere: what is
 * gone is gone, and the next call goes on. Stops early when `signal` is aborted.
 *
 * @throws Problem when the store takes no changes
 */
export async function clearWorkspace(id: WorkspaceId, ports: ClearPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const { list, remove } of occupants(id, ports)) await emptyOut(list, remove, signal);
    let step: SweepStep = "more";
    while (step === "more" && !signal.aborted) step = await ports.workspaces.sweep(id);
    if (step === "gone") return;
  }
}

/** How things of one kind are found, the first ones, and removed. */
interface Occupants {
  readonly list: () => Promise<readonly unknown[]>;
  readonly remove: (thing: never) => Promise<unknown>;
}

function occupants(id: WorkspaceId, ports: ClearPorts): readonly Occupants[] {
  const { devices, fences, definitions, targets, editor, now } = ports;
  const first = { limit: PAGE };
  const defined = (of: Definition["of"]): Occupants => ({
    list: () => definitions.list(of, id, first),
    remove: (one: Definition["value"]) => editor.undefine(id, of, one.id),
  });
  return [
    defined("rule"),
    {
      list: () => targets.list(id, first),
      remove: (target: Target) => targets.delete(id, target.id, now()),
    },
    {
      list: () => devices.list(id, first),
      remove: ({ status }: Device) => editor.deleteDevice(id, status.device),
    },
    defined("watch"),
    {
      list: () => fences.list(id, first),
      remove: (fence: Fence) => editor.deleteFence(id, fence.id),
    },
  ];
}

/** Removes what there is, page after page; throws when there is something that does not go. */
async function emptyOut(
  list: Occupants["list"],
  remove: Occupants["remove"],
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const things = signal.aborted ? [] : await list();
    if (things.length === 0) return;
    const results = await Promise.allSettled(things.map((thing) => remove(thing as never)));
    const failures = results.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    const failed = failures.find((error) => !(error instanceof Problem && GONE.has(error.code)));
    if (failed !== undefined) throw failed;
    if (failures.length === things.length) throw failures[0];
  }
}
