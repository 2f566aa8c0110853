import { setTimeout as sleep } from "node:timers/promises";
import { connectTo } from "./client/connection.ts";
import { sendBatch, type Patience, type Refusal } from "./client/sender.ts";
import { type FixLine, isUnreadable, type Read } from "./files/fix-line.ts";
import { inTimeOrder } from "./files/in-time-order.ts";
import { openFixes } from "./files/open.ts";
import { paced } from "./pace.ts";
import { intoPresent } from "./present.ts";
import { type Progress, progressOn, type Screen } from "./progress.ts";

/** What to send, where, and how. */
export interface ReplayOrder {
  readonly file: string;
  readonly url: URL;
  readonly token: string | undefined;
  readonly workspace?: string;
  /** Seconds of the file per second; infinite for as fast as possible. */
  readonly speed: number;
  /** Shift the times to the present. */
  readonly now: boolean;
  /** `import`: history of old, nobody is alerted. */
  readonly mode: "live" | "import";
  /** Name for points of a file that names no device. */
  readonly device: string | undefined;
  readonly screen: Screen;
  readonly signal?: AbortSignal;
}

/** What became of the file. */
export interface ReplayResult {
  readonly sent: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** Parts of the file that are no positions; they were not sent. */
  readonly unreadable: number;
}

/** The server takes 10,000 at once; smaller batches keep a slow viewer's marker moving. */
const BATCH = 1_000;
/** How many refusals and unreadable parts are named; the rest is counted. */
const NAMED = 10;

/**
 * Plays a file of positions through the public API in order of time. One request at a time, tried until it is
 * taken: no device's fixes change their order, and a server that is killed and comes back misses none.
 *
 * @throws Error when the file cannot be read or the server refuses for good
 */
export async function replay(order: ReplayOrder): Promise<ReplayResult> {
  const names = limitedNames(order.screen);
  let unreadable = 0;
  const reads = await openFixes(order.file, order.device);
  const sorted = await inTimeOrder(
    positionsOf(reads, ({ where, why }) => {
      unreadable += 1;
      names(`${where}: ${why}`);
    }),
  );
  const connection = connectTo(order.url, order.token, order.workspace);
  const progress = progressOn(order.screen, sorted.count, () => Date.now());
  try {
    const start = Date.now();
    const shift = order.now ? intoPresent(sorted.first, start, order.speed) : (fix: FixLine) => fix;
    const tempo = { speed: order.speed, first: sorted.first, batch: BATCH, beat: realBeat(order.signal) };
    const tally = { sent: 0, accepted: 0, duplicate: 0, rejected: 0 };
    for await (const batch of paced(sorted.fixes, tempo)) {
      const lines = batch.map((fix) => shift(fix).line);
      const sent = await sendBatch(connection, pathOf(order), lines, patienceOf(order, progress, tally.sent));
      for (const refusal of sent.rejected) names(refused(refusal, lines));
      tally.sent += lines.length;
      tally.accepted += sent.accepted;
      tally.duplicate += sent.duplicate;
      tally.rejected += sent.rejected.length;
      progress.show(tally.sent, new Date(batch.at(-1)?.time ?? 0).toISOString());
    }
    return { ...tally, unreadable };
  } finally {
    progress.end();
    connection.close();
    await sorted.close();
  }
}

function pathOf(order: ReplayOrder): string {
  return order.mode === "import" ? "/api/positions?mode=import" : "/api/positions";
}

/** An import to a server that was never there ends; a replay, or one that has begun, waits for it. */
function patienceOf(order: ReplayOrder, progress: Progress, sent: number): Patience {
  let told = false;
  return {
    ...(order.signal && { signal: order.signal }),
    ...(order.mode === "import" && sent === 0 && { tries: 4 }),
    onRetry(why) {
      if (!told) progress.say(`${why}; trying again`);
      told = true;
    },
  };
}

async function* positionsOf(
  reads: AsyncIterable<Read>,
  unreadable: (part: { where: string; why: string }) => void,
): AsyncGenerator<FixLine> {
  for await (const read of reads) {
    if (isUnreadable(read)) unreadable(read);
    else yield read;
  }
}

function refused(refusal: Refusal, lines: readonly string[]): string {
  return `refused (${refusal.code}): ${refusal.detail} — ${lines[refusal.index]?.slice(0, 100) ?? ""}`;
}

function limitedNames(screen: Screen): (line: string) => void {
  let named = 0;
  return (line) => {
    named += 1;
    if (named <= NAMED) screen.write(`${line}\n`);
    else if (named === NAMED + 1) screen.write("… more of these are counted, not named\n");
  };
}

function realBeat(signal: AbortSignal | undefined): { now(): number; sleep(ms: number): Promise<void> } {
  return {
    now: () => performance.now(),
    sleep: (ms) => sleep(ms, undefined, { ...(signal && { signal }) }),
  };
}
