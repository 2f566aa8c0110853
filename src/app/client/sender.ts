import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, Reply } from "./connection.ts";

/** A position that the server refused. */
export interface Refusal {
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

/** What became of one batch. */
export interface Sent {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Refusal[];
}

/** How a sender behaves when the server does not take a batch. */
export interface Patience {
  /** Told before each wait. */
  readonly onRetry: (why: string, waitMs: number) => void;
  readonly signal?: AbortSignal;
  /** Gives up after so many tries of one batch; default never. */
  readonly tries?: number;
  /** In place of a real wait, for tests. */
  readonly wait?: (ms: number) => Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Sends one batch of NDJSON lines and tries again until the server has answered for it: a connection that is
 * refused or breaks, 429 and 5xx are waited out (`Retry-After` first, else doubling up to two seconds). A batch
 * that was taken although its answer got lost comes back as `duplicate`, so nothing is lost or doubled.
 *
 * @throws Error when the server refuses the batch for good (such as a wrong token), or after `tries`
 */
export async function sendBatch(
  connection: Connection,
  path: string,
  lines: readonly string[],
  patience: Patience,
): Promise<Sent> {
  const { signal, onRetry, tries = Number.POSITIVE_INFINITY } = patience;
  const wait = patience.wait ?? ((ms: number) => sleep(ms, undefined, { ...(signal && { signal }) }));
  const body = `${lines.join("\n")}\n`;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptOnce(connection, path, body, signal);
    if ("reply" in outcome && outcome.reply.status === 200) return readSent(outcome.reply);
    const why = "reply" in outcome ? describe(outcome.reply) : outcome.why;
    const forGood = "reply" in outcome && !mayPass(outcome.reply.status);
    if (forGood || attempt + 1 >= tries) throw new Error(why);
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    const asked = "reply" in outcome ? retryAfterMs(outcome.reply.retryAfter) : undefined;
    onRetry(why, asked ?? backoff);
    await wait(asked ?? backoff);
  }
}

async function attemptOnce(
  connection: Connection,
  path: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<{ reply: Reply } | { why: string }> {
  try {
    return {
      reply: await connection.ask({ method: "POST", path, body, type: "application/x-ndjson", signal }),
    };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { why: `cannot reach ${connection.url.origin}: ${reason(error)}` };
  }
}

function mayPass(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

function readSent(reply: Reply): Sent {
  return JSON.parse(reply.body) as Sent;
}

/** `Retry-After` as milliseconds, seconds form only; at most a minute. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header)) return undefined;
  return Math.min(60_000, Number(header) * 1000);
}

function describe(reply: Reply): string {
  return `the server answered ${reply.status}: ${problemDetail(reply.body)}`;
}

/** The `detail` of a problem+json body, or the start of whatever came. */
export function problemDetail(body: string): string {
  try {
    const { detail, code } = JSON.parse(body) as { detail?: unknown; code?: unknown };
    if (typeof detail === "string") return typeof code === "string" ? `${detail} (${code})` : detail;
  } catch {
    // A proxy's page, not ours; shown as it is.
  }
  return body.slice(0, 200);
}

/** An `AggregateError` of a refused connection to `localhost` has no message of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((inner) => reason(inner)).join("; ");
  return error instanceof Error ? error.message : String(error);
}
