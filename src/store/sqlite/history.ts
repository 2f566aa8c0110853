import type { EpochMs } from "#geo";
import type { History, HistoryQuery } from "#ports";
import type { DeviceId, Fix, WorkspaceId } from "#wire";
import { readSection } from "./fix-groups.ts";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";

/** History read by the reader thread; fixes cross to this one in binary. */
export class SqliteHistory implements History {
  readonly #reader: Remote<ReaderCalls>;

  constructor(reader: Remote<ReaderCalls>) {
    this.#reader = reader;
  }

  async range(query: HistoryQuery): Promise<readonly Fix[]> {
    return readSection(await this.#reader.call("range", query), query.device);
  }

  async known(
    workspace: WorkspaceId,
    device: DeviceId,
    times: readonly EpochMs[],
  ): Promise<ReadonlySet<EpochMs>> {
    if (times.length === 0) return new Set();
    const asked = Float64Array.from(times);
    return new Set(await this.#reader.call("known", { workspace, device, times: asked }, [asked.buffer]));
  }
}
