import type { Definitions, Editor, Fences } from "#ports";
import {
  decodeWatch,
  encodeWatch,
  isRefusal,
  Problem,
  show,
  type FenceId,
  type Watch,
  type WatchId,
  type WatchInput,
  type WorkspaceId,
} from "#wire";
import { fresh, missing, refuseMissing } from "./references.ts";
import { mintId } from "./secrets.ts";

/** What watches are kept with. */
export interface WatchDeskPorts {
  readonly definitions: Definitions;
  readonly editor: Editor;
  readonly fences: Fences;
}

const readWatch = (value: unknown): WatchInput => {
  const input = decodeWatch(value);
  if (isRefusal(input)) throw new Problem(input.code, input.detail);
  return input;
};

/** The fence that a watch looks at, as a list of none or one. */
const fencesOf = (watch: WatchInput | Watch): readonly FenceId[] =>
  "fence" in watch && watch.fence !== undefined ? [watch.fence] : [];

/** Takes in what people say of watches, over REST and from forms alike. */
export class WatchDesk {
  readonly #ports: WatchDeskPorts;

  constructor(ports: WatchDeskPorts) {
    this.#ports = ports;
  }

  /** Throws `not_found`. */
  async get(workspace: WorkspaceId, id: WatchId): Promise<Watch> {
    const watch = await this.#ports.definitions.get("watch", workspace, id);
    if (watch === undefined) throw new Problem("not_found", `there is no watch ${show(id)}`);
    return watch;
  }

  /** Throws `invalid_watch` and `unknown_fence`. */
  async create(workspace: WorkspaceId, body: unknown): Promise<Watch> {
    const input = readWatch(body);
    await this.#mustExist(workspace, fencesOf(input));
    return await this.#ports.editor.putWatch({ ...input, id: mintId("watch"), workspace }, "create");
  }

  /** As `create`; the fence need not exist any more when it is the one of before. */
  async replace(workspace: WorkspaceId, id: WatchId, body: unknown): Promise<Watch> {
    return await this.#update(await this.get(workspace, id), body);
  }

  /** Changes single properties, `null` removes one; with another kind, all that belongs to the old one goes. */
  async patch(
    workspace: WorkspaceId,
    id: WatchId,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<Watch> {
    const stored = await this.get(workspace, id);
    const { kind = stored.kind } = changes;
    const { name, devices, groups } = stored;
    const kept = kind === stored.kind ? encodeWatch(stored) : { name, devices, groups };
    return await this.#update(stored, { ...kept, ...changes });
  }

  /** Throws `not_found`. */
  async delete(workspace: WorkspaceId, id: WatchId): Promise<void> {
    await this.#ports.editor.undefine(workspace, "watch", id);
  }

  async #update(stored: Watch, body: unknown): Promise<Watch> {
    const input = readWatch(body);
    const { id, workspace } = stored;
    await this.#mustExist(workspace, fresh(fencesOf(input), fencesOf(stored)));
    return await this.#ports.editor.putWatch({ ...input, id, workspace }, "update");
  }

  async #mustExist(workspace: WorkspaceId, fences: readonly FenceId[]): Promise<void> {
    const unknown = await missing(fences, (id) => this.#ports.fences.get(workspace, id));
    refuseMissing("unknown_fence", "fence", unknown);
  }
}
