import { createFenceEngine } from "#fence";
import type { EpochMs, Milliseconds } from "#geo";
import type { Clock, Editor, FenceDraft, Log, PutMode, RuleDraft, WatchDraft } from "#ports";
import {
  type Definition,
  type DeviceId,
  type Fence,
  type FenceId,
  type LogEntry,
  Problem,
  type Rule,
  type Watch,
  type WorkspaceId,
} from "#wire";
import type { Fleet } from "./fleet.ts";
import type { Runner } from "./runner.ts";

/** What edits work with. */
export interface EditParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly runner: Runner;
  /** Throws the problem for which nothing may come in now, or nothing be added to this workspace. */
  readonly mustBeOpen: (workspace?: WorkspaceId) => void;
  /** Is the device registered, though it never reported? */
  readonly isRegistered: (workspace: WorkspaceId, device: DeviceId) => boolean;
  /** How long an edit may take before it answers `storage_failed`. */
  readonly within: Milliseconds;
}

/** What the server decides of a definition. */
type Made = Pick<Rule, "version" | "createdAt" | "updatedAt">;

/** Edits under way at once; more are refused. */
const MOST_EDITS = 10_000;

/**
 * Edits as entries of the log. Those of one fence or device go one after the other, so that each sees the one
 * before; those of different ones go together and share commits.
 */
export class LoggedEditor implements Editor {
  readonly #parts: EditParts;
  readonly #last: Map<string, Promise<unknown>> = new Map();
  #under = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(parts: EditParts) {
    this.#parts = parts;
  }

  putFence(draft: FenceDraft, mode: PutMode): Promise<Fence> {
    return this.#inTurn(turnOf("fence", draft.workspace, draft.id), async () => {
      const before = this.#parts.fleet.workspace(draft.workspace).fences.get(draft.id);
      if (mode === "create" && before)
        throw new Problem("conflict", `there is a fence ${show(draft.id)} already`);
      if (mode === "update" && !before)
        throw new Problem("unknown_fence", `there is no fence ${show(draft.id)}`);
      mustBeJudgeable(draft);
      const at = this.#now();
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
      await this.#write({ kind: "fence-delete", workspace, at: this.#now(), fence });
    });
  }

  putRule(draft: RuleDraft, mode: PutMode): Promise<Rule> {
    return this.#define(draft, "rule", mode, (made) => ({ of: "rule", value: { ...draft, ...made } }));
  }

  putWatch(draft: WatchDraft, mode: PutMode): Promise<Watch> {
    return this.#define(draft, "watch", mode, (made) => ({ of: "watch", value: { ...draft, ...made } }));
  }

  undefine(workspace: WorkspaceId, of: Definition["of"], id: string): Promise<void> {
    return this.#inTurn(turnOf(of, workspace, id), async () => {
      if (this.#parts.fleet.defined(workspace, of, id) === undefined) {
        throw new Problem("not_found", `there is no ${of} ${show(id)}`);
      }
      await this.#write({ kind: "undefine", workspace, at: this.#now(), of, id });
    });
  }

  setGroups(workspace: WorkspaceId, device: DeviceId, groups: readonly string[]): Promise<void> {
    return this.#inTurn(turnOf("device", workspace, device), async () => {
      this.#mustKnow(workspace, device);
      const ascending = [...new Set(groups)].sort();
      await this.#write({ kind: "device-groups", workspace, at: this.#now(), device, groups: ascending });
    });
  }

  deleteDevice(workspace: WorkspaceId, device: DeviceId): Promise<void> {
    return this.#inTurn(turnOf("device", workspace, device), async () => {
      this.#mustKnow(workspace, device);
      await this.#write({ kind: "device-delete", workspace, at: this.#now(), device });
    });
  }

  #define<Value extends Rule | Watch>(
    { workspace, id }: RuleDraft | WatchDraft,
    of: Definition["of"],
    mode: PutMode,
    make: (made: Made) => Definition & { readonly value: Value },
  ): Promise<Value> {
    return this.#inTurn(turnOf(of, workspace, id), async () => {
      const before = this.#parts.fleet.defined(workspace, of, id);
      if (mode === "create" && before) throw new Problem("conflict", `there is a ${of} ${show(id)} already`);
      if (mode === "update" && !before) throw new Problem("not_found", `there is no ${of} ${show(id)}`);
      const at = this.#now();
      const definition = make({
        version: (before?.version ?? 0) + 1,
        createdAt: before?.createdAt ?? at,
        updatedAt: at,
      });
      await this.#write({ kind: "define", at, definition });
      return definition.value;
    });
  }

  #mustKnow(workspace: WorkspaceId, device: DeviceId): void {
    const { fleet, isRegistered } = this.#parts;
    if (fleet.device(workspace, device) === undefined && !isRegistered(workspace, device)) {
      throw new Problem("unknown_device", `there is no device ${show(device)}`);
    }
  }

  /** The time of an edit is part of the ids of its events: no two edits share one. */
  #now(): EpochMs {
    this.#lastAt = Math.max(this.#parts.clock.now(), this.#lastAt + 1);
    return this.#lastAt;
  }

  async #write(entry: LogEntry): Promise<void> {
    this.#parts.mustBeOpen(addsTo(entry));
    await this.#parts.runner.reached(await this.#parts.log.append(entry));
  }

  /** The log's order is the order of the calls; an edit that failed does not hold up the next. */
  #inTurn<Result>(turn: string, edit: () => Promise<Result>): Promise<Result> {
    if (this.#under >= MOST_EDITS) {
      return Promise.reject(
        new Problem("overloaded", `${this.#under} edits wait, at most ${MOST_EDITS} may`),
      );
    }
    this.#under++;
    const before = this.#last.get(turn) ?? Promise.resolve();
    const result = before.then(edit, edit);
    this.#last.set(turn, result);
    const forget = (): void => {
      this.#under--;
      if (this.#last.get(turn) === result) this.#last.delete(turn);
    };
    void result.then(forget, forget);
    return this.#patiently(result);
  }

  /** Nobody's request may hang for as long as a disk is full; the edit itself keeps its turn until it is committed. */
  #patiently<Result>(result: Promise<Result>): Promise<Result> {
    const { clock, within } = this.#parts;
    const late = Promise.withResolvers<never>();
    const cancel = clock.after(within, () => {
      const detail = "the store takes no changes at the moment; this one may take effect when it does";
      late.reject(new Problem("storage_failed", detail));
    });
    return Promise.race([result, late.promise]).finally(cancel);
  }
}

/** An entry that cannot be judged would stop the flow for good: try the fence on an engine of its own first. */
function mustBeJudgeable(draft: FenceDraft): void {
  try {
    createFenceEngine().put({ ...draft, version: 1, createdAt: 0, updatedAt: 0 });
  } catch (cause) {
    throw new Problem("invalid_geometry", `the fence ${show(draft.id)} cannot be judged`, { cause });
  }
}

/** The workspace that an edit adds something to; from one that is being deleted things may go. */
const addsTo = (entry: LogEntry): WorkspaceId | undefined => {
  if (entry.kind === "fence-put") return entry.fence.workspace;
  if (entry.kind === "define") return entry.definition.value.workspace;
  return entry.kind === "device-groups" ? entry.workspace : undefined;
};

const show = (value: string): string => JSON.stringify(value);

/** What edits wait for one another about. */
const turnOf = (kind: "fence" | "device" | Definition["of"], workspace: WorkspaceId, id: string): string =>
  JSON.stringify([kind, workspace, id]);
