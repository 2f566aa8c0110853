import type { Commit } from "#ports";
import {
  ByteReader,
  ByteWriter,
  type DeviceId,
  type Fix,
  nextBase,
  readFix,
  TextsIn,
  TextsOut,
  writeFix,
} from "#wire";

/** Numbers of one head: device, end of its section in the body, fixes in the section. */
export const HEAD = 3;

/** The fixes of a commit by device, as they are posted and stored in one row of the tail. */
export interface FixGroups {
  /** `HEAD` numbers a section; the device is a handle until the store puts its number there. */
  readonly heads: Uint32Array<ArrayBuffer>;
  /** One section a device, its fixes in the order of the commit. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

interface Key {
  readonly workspace: string;
  readonly device: string;
}

/** Keys of devices: a count, then workspace and device each; a workspace is written once. */
export function writeKeys(keys: readonly Key[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(keys.length * 16 + 16);
  const workspaces = new TextsOut();
  out.varint(keys.length);
  for (const { workspace, device } of keys) {
    workspaces.write(out, workspace);
    out.string(device);
  }
  return out.finish();
}

/** Reads what `writeKeys` wrote. */
export function readKeys(bytes: Uint8Array): Key[] {
  const from = new ByteReader(bytes, "device keys");
  const workspaces = new TextsIn();
  return Array.from({ length: from.count() }, () => ({
    workspace: workspaces.read(from),
    device: from.string(),
  }));
}

/** Sorts the fixes of a commit into one section a device and writes them. */
export function writeFixGroups(
  fixes: Commit["fixes"],
  handleOf: (workspace: string, device: string) => number,
): FixGroups {
  const groups = new Map<number, Fix[]>();
  for (const { workspace, fix } of fixes) {
    const handle = handleOf(workspace, fix.device);
    const group = groups.get(handle);
    if (group) group.push(fix);
    else groups.set(handle, [fix]);
  }
  const heads = new Uint32Array(groups.size * HEAD);
  const out = new ByteWriter(fixes.length * 48 + 64);
  let at = 0;
  for (const [handle, group] of groups) {
    appendSection(out, group);
    heads[at++] = handle;
    heads[at++] = out.length;
    heads[at++] = group.length;
  }
  return { heads, body: out.finish(), count: fixes.length };
}

function appendSection(out: ByteWriter, fixes: readonly Fix[]): void {
  const texts = new TextsOut();
  let base = 0;
  for (const fix of fixes) base = writeFix(out, fix, base, texts);
}

/** Fixes of one device on their way between threads. */
export interface EncodedFixes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** Writes fixes of one device; `readSection` reads them. */
export function writeSection(fixes: readonly Fix[]): EncodedFixes {
  const out = new ByteWriter(fixes.length * 40 + 64);
  appendSection(out, fixes);
  return { bytes: out.finish(), count: fixes.length };
}

/** One device's part of the body of a tail row; all parts of a row share its reader. */
export interface Section {
  readonly row: RowReader;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** Reads sections of one tail row. */
export class RowReader {
  readonly #from: ByteReader;
  readonly #texts = new TextsIn();

  constructor(body: Uint8Array) {
    this.#from = new ByteReader(body, "tail row");
  }

  /** Appends the fixes of a section to `fixes`, as fixes of `device`. */
  read({ start, end, count }: Section, device: DeviceId, fixes: Fix[]): void {
    const from = this.#from;
    from.window(start, end);
    this.#texts.clear();
    let base = 0;
    for (let i = 0; i < count; i++) {
      const fix = readFix(from, device, base, this.#texts);
      base = nextBase(fix.time);
      fixes.push(fix);
    }
    from.end();
  }
}

/** The fixes of sections, in their order. */
export function readSections(sections: readonly Section[], device: DeviceId): Fix[] {
  const fixes: Fix[] = [];
  for (const section of sections) section.row.read(section, device, fixes);
  return fixes;
}

/** Reads fixes of one device that `writeSection` wrote. */
export function readSection({ bytes, count }: EncodedFixes, device: DeviceId): Fix[] {
  return readSections([{ row: new RowReader(bytes), start: 0, end: bytes.length, count }], device);
}
