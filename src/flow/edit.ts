import type { Clock, Editor, FenceDraft, Log } from "#ports";
import { type DeviceId, type Fence, type FenceId, type LogEntry, Problem, type WorkspaceId } from "#wire";
import type { Fleet } from "./fleet.ts";
import type { Runner } from "./runner.ts";

/** What edits work with. */
export interface EditParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly runner: Runner;
  readonly mustBeOpen: () => void;
  /** Is the device registered, though it never reported? */
  readonly isRegistered: (workspace: WorkspaceId, device: DeviceId) => boolean;
}

/**
 * Edits as entries of the log. Those of one fence or device go one after the other, so that each sees the one
 * before; those of different ones go together and share commits.
 */
export class LoggedEditor implements Editor {
  readonly #parts: EditParts;
  readonly #last: Map<string, Promise<unknown>> = new Map();

  constructor(parts: EditParts) {
    this.#parts = parts;
  }

  putFence(draft: FenceDraft, mode: "create" | "update"): Promise<Fence> {
    return this.#inTurn(turnOf("fence", draft.workspace, draft.id), async () => {
      const before = this.#parts.fleet.workspace(draft.workspace).fences.get(draft.id);
      if (mode === "create" && before)
        throw new Problem("conflict", `there is a fence ${show(draft.id)} already`);
      if (mode === "update" && !before)
        throw new Problem("unknown_fence", `there is no fence ${show(draft.id)}`);
      const at = this.#parts.clock.now();
      const version = (before?.version ?? 0) + 1;
      const fence: Fence = { ...draft, version, createdAt: before?.createdAt ?? at, updatedAt: at };
      await this.#write({ kind: "fence-put", at, fence });
      return fence;
    });
  }

  deleteFence(workspace: WorkspaceId, fence: FenceId): Promise<void> {
    return this.#inTurn(turnOf("fence", workspace, fence), async () => {
      if (!this.#parts.fleet.workspace(workspace).fences.has(fence)) {
        throw new Problem("unknown_fence", `there is no fence ${show(fence)}`);
      }
      await this.#write({ kind: "fence-delete", workspace, at: this.#parts.clock.now(), fence });
    });
  }

  deleteDevice(workspace: WorkspaceId, device: DeviceId): Promise<void> {
    return this.#inTurn(turnOf("device", workspace, device), async () => {
      const { fleet, isRegistered, clock } = this.#parts;
      if (fleet.device(workspace, device) === undefined && !isRegistered(workspace, device)) {
        throw new Problem("unknown_device", `there is no device ${show(device)}`);
      }
      await this.#write({ kind: "device-delete", workspace, at: clock.now(), device });
    });
  }

  async #write(entry: LogEntry): Promise<void> {
    this.#parts.mustBeOpen();
    await this.#parts.runner.reached(await this.#parts.log.append(entry));
  }

  /** The log's order is the order of the calls; an edit that failed does not hold up the next. */
  #inTurn<Result>(turn: string, edit: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(turn) ?? Promise.resolve();
    const result = before.then(edit, edit);
    this.#last.set(turn, result);
    const forget = (): void => {
      if (this.#last.get(turn) === result) this.#last.delete(turn);
    };
    void result.then(forget, forget);
    return result;
  }
}

const show = (value: string): string => JSON.stringify(value);

/** What edits wait for one another about. */
const turnOf = (kind: "fence" | "device", workspace: WorkspaceId, id: string): string =>
  JSON.stringify([kind, workspace, id]);
