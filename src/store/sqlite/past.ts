import type { EpochMs } from "#geo";
import type { Past, Stretch } from "#ports";
import type { DeviceId, WorkspaceId } from "#wire";
import { readSection } from "./fix-groups.ts";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";

/** The past as the newest commit left it. */
export class SqlitePast implements Past {
  readonly #reader: Remote<ReaderCalls>;

  constructor(reader: Remote<ReaderCalls>) {
    this.#reader = reader;
  }

  async stretch(workspace: WorkspaceId, device: DeviceId, before: EpochMs): Promise<Stretch> {
    const { fixes, ...rest } = await this.#reader.call("stretch", { workspace, device, before });
    return { ...rest, fixes: readSection(fixes, device) };
  }
}
