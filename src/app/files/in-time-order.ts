import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FixLine } from "./fix-line.ts";

/** Positions of a file, sorted. */
export interface Sorted {
  readonly count: number;
  /** Time of the first and of the last; both 0 when there are none. */
  readonly first: number;
  readonly last: number;
  /** Ascending by time; positions of the same time keep the order of the file. To be read once. */
  readonly fixes: AsyncIterable<FixLine>;
  /** Removes what was put on disk; may be called again. */
  close(): Promise<void>;
}

/** Fixes that are sorted in memory at once, some 60 MB. */
const RUN = 250_000;

/**
 * Sorts a stream by time whatever its size and order (a file may hold one device after the other): runs of
 * `run` fixes are sorted in memory and, when there are several, put into a temporary folder and merged.
 */
export async function inTimeOrder(source: AsyncIterable<FixLine>, run: number = RUN): Promise<Sorted> {
  let folder: string | undefined;
  const close = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  const files: string[] = [];
  let held: FixLine[] = [];
  let count = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  try {
    for await (const fix of source) {
      held.push(fix);
      count += 1;
      first = Math.min(first, fix.time);
      last = Math.max(last, fix.time);
      if (held.length < run) continue;
      folder ??= await mkdtemp(join(tmpdir(), "whereabouts-sort-"));
      files.push(await spill(held.sort(byTime), join(folder, String(files.length))));
      held = [];
    }
  } catch (error) {
    await close();
    throw error;
  }
  held.sort(byTime);
  const fixes = merge([...files.map((file) => unspill(file)), Readable.from(held)]);
  return count === 0 ? { count, first: 0, last: 0, fixes, close } : { count, first, last, fixes, close };
}

/** `sort` is stable, so fixes of the same time stay in the order of the file. */
function byTime(a: FixLine, b: FixLine): number {
  return a.time - b.time;
}

async function spill(run: readonly FixLine[], path: string): Promise<string> {
  async function* text(): AsyncGenerator<string> {
    for (const { time, device, line } of run) yield `${JSON.stringify([time, device, line])}\n`;
  }
  await pipeline(text, createWriteStream(path));
  return path;
}

async function* unspill(path: string): AsyncGenerator<FixLine> {
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const [time, device, line] = JSON.parse(text) as [number, string, string];
    yield { time, device, line };
  }
}

/** Merges sorted runs; on equal times the earlier run goes first. There are few runs, so a scan finds the next. */
async function* merge(runs: readonly AsyncIterable<FixLine>[]): AsyncGenerator<FixLine> {
  const sources = runs.map((run) => run[Symbol.asyncIterator]());
  const heads: (FixLine | undefined)[] = [];
  for (const source of sources) heads.push(await next(source));
  for (;;) {
    let best = -1;
    for (const [index, head] of heads.entries()) {
      if (head !== undefined && (best < 0 || head.time < (heads[best]?.time ?? 0))) best = index;
    }
    const fix = heads[best];
    const source = sources[best];
    if (fix === undefined || source === undefined) return;
    yield fix;
    heads[best] = await next(source);
  }
}

async function next(source: AsyncIterator<FixLine>): Promise<FixLine | undefined> {
  const { done, value } = await source.next();
  return done === true ? undefined : value;
}
