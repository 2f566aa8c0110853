import type { Commit, Offset, Restored, Results } from "#ports";
import { ByteReader, type Definition, type DeviceRecord, type Fence, TextsIn } from "#wire";
import { readState, writeRecords } from "./device-codec.ts";
import { writeFixGroups } from "./fix-groups.ts";
import { Handles } from "./handles.ts";
import type { ReaderCalls, RestoreChunk } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { CommitMessage, StoreCalls } from "./store-calls.ts";

function messageOf(commit: Commit, handles: Handles): CommitMessage {
  handles.trim();
  const handleOf = (workspace: string, device: string): number => handles.of(workspace, device);
  const fixes = commit.fixes.length > 0 ? writeFixGroups(commit.fixes, handleOf) : undefined;
  const devices = commit.devices.length > 0 ? writeRecords(commit.devices, handleOf) : undefined;
  const fences = commit.fences.map((fence) => ({
    workspace: fence.workspace,
    id: fence.id,
    body: JSON.stringify(fence),
  }));
  return { ...commit, names: handles.take(), fixes, devices, fences };
}

/** The records of one chunk; a device without a position has an empty status and `null` for its engine. */
function* readRestored(bytes: Uint8Array): Generator<DeviceRecord> {
  const from = new ByteReader(bytes, "restored devices");
  const workspaces = new TextsIn();
  for (let count = from.u32(); count > 0; count--) {
    const workspace = workspaces.read(from);
    const device = from.string();
    const state = from.raw(from.varint());
    if (state.length > 0) yield readState(state, workspace, device);
    else yield { status: { workspace, device, inside: [] }, engine: null };
  }
}

/** Results of the flow in `store.sqlite`. Within a commit deletions come first. */
export class SqliteResults implements Results {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;
  readonly #handles = new Handles();

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  async commit(commit: Commit): Promise<readonly { readonly seq: number; readonly repeated: boolean }[]> {
    const message = messageOf(commit, this.#handles);
    const { names, fixes, devices } = message;
    const buffers = [
      ...(names.keys ? [names.keys.buffer] : []),
      ...(fixes ? [fixes.heads.buffer, fixes.body.buffer] : []),
      ...(devices ? [devices.buffer] : []),
    ];
    try {
      return await this.#store.call("commit", message, buffers);
    } catch (error) {
      this.#handles.clear();
      throw error;
    }
  }

  async restore(): Promise<Restored> {
    await this.#store.call("flush", null);
    const { offset, seq, fences, definitions, cooldowns, edited } = await this.#reader.call(
      "restoreFences",
      null,
    );
    const devices: DeviceRecord[] = [];
    let chunk: RestoreChunk = await this.#reader.call("restoreDevices", 0);
    while (chunk.next !== undefined) {
      // The reader fetches the next chunk while this thread decodes the one before.
      const following = this.#reader.call("restoreDevices", chunk.next);
      for (const record of readRestored(chunk.bytes)) devices.push(record);
      chunk = await following;
    }
    for (const record of readRestored(chunk.bytes)) devices.push(record);
    return {
      offset,
      seq,
      fences: fences.map((body) => JSON.parse(body) as Fence),
      definitions: definitions.map(
        ({ of, body }) => ({ of, value: JSON.parse(body) as unknown }) as Definition,
      ),
      cooldowns,
      edited,
      devices,
    };
  }

  durable(): Promise<Offset> {
    return this.#store.call("durable", null);
  }
}
