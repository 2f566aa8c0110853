import type { CustomFetch } from "openid-client";
import type { Milliseconds } from "#geo";
import { Problem } from "#wire";

/** Bytes of an answer, and how long it may take; discovery documents and keys have a few kilobytes. */
const [MOST_BYTES, PATIENCE]: readonly [number, Milliseconds] = [262_144, 10_000];

/** What a provider that does not answer is told as; `why` is for the server's log alone. */
export const providerFailed = (why: string, cause?: unknown): Problem =>
  new Problem(
    "provider_failed",
    "the sign-in provider does not answer as it should; the other ways in work",
    {
      cause: new Error(why, { cause }),
    },
  );

const readBounded = async (answer: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw providerFailed(`an answer has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
};

/**
 * `fetch` as the provider is asked: bounded in time and size, and without following redirects, so that nothing but what
 * the operator and the provider's own metadata name is asked. Throws `provider_failed`.
 */
export const providerFetch: CustomFetch = async (url, { body: sent, signal: given, ...options }) => {
  const patience = AbortSignal.timeout(PATIENCE);
  const signal = given === undefined ? patience : AbortSignal.any([patience, given]);
  try {
    const answer = await fetch(url, { ...options, ...(sent && { body: sent }), redirect: "manual", signal });
    if (answer.status >= 500) throw providerFailed(`${url} answered ${answer.status}`);
    const body = await readBounded(answer);
    const { status, statusText, headers } = answer;
    // A body that was unpacked is as long as it is, whatever the headers say.
    const told = new Headers(headers);
    for (const name of ["content-encoding", "content-length"]) told.delete(name);
    return new Response(body.length === 0 ? null : body, { status, statusText, headers: told });
  } catch (error) {
    throw error instanceof Problem ? error : providerFailed(`${url} does not answer`, error);
  }
};
