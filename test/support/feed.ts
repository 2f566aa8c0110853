import type { TestServer } from "./server.ts";

/** An event as `GET /api/events` answers it, with the fields the proofs compare. */
export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly device: string;
  readonly fence: string;
  readonly time: string;
  readonly fix: string;
  readonly lon: number;
  readonly lat: number;
  readonly reason?: string;
}

/** Answers JSON or throws with what came instead. */
export async function readJson<T>(server: TestServer, path: string, init?: RequestInit): Promise<T> {
  const response = await server.fetch(path, init);
  if (!response.ok)
    throw new Error(`${init?.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Creates fences from GeoJSON Features. */
export async function createFences(server: TestServer, features: readonly object[]): Promise<void> {
  for (const feature of features) {
    await readJson(server, "/api/fences", {
      method: "POST",
      headers: { "content-type": "application/geo+json" },
      body: JSON.stringify(feature),
    });
  }
}

/**
 * Waits until everything acknowledged so far has been judged: an edit is an entry of the same log and is answered
 * after its own commit. The fence lies where nothing moves.
 */
export async function everythingJudged(server: TestServer): Promise<void> {
  const barrier = {
    type: "Feature",
    properties: { name: "barrier", radius: 1 },
    geometry: { type: "Point", coordinates: [-140, -50] },
  };
  const { id } = await readJson<{ id: string }>(server, "/api/fences", {
    method: "POST",
    headers: { "content-type": "application/geo+json" },
    body: JSON.stringify(barrier),
  });
  const response = await server.fetch(`/api/fences/${id}`, { method: "DELETE" });
  if (!response.ok) throw new Error(`the barrier stayed: ${response.status}`);
}

/** The whole feed, page by page, as a reader that follows it would see it. */
export async function wholeFeed(server: TestServer): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let after = ""; ;) {
    const page = await readJson<{ events: FeedEvent[]; cursor: string; next: string | null }>(
      server,
      `/api/events?limit=1000${after === "" ? "" : `&after=${encodeURIComponent(after)}`}`,
    );
    events.push(...page.events);
    if (page.next === null) return events;
    after = page.next;
  }
}

/** Times of every stored fix of a device, in milliseconds. */
export async function storedTimes(server: TestServer, device: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let from = 946_684_800_000; ;) {
    const page = await readJson<{ positions: { time: string }[] }>(
      server,
      `/api/devices/${encodeURIComponent(device)}/positions?limit=1000&from=${new Date(from).toISOString()}`,
    );
    for (const { time } of page.positions) times.push(Date.parse(time));
    if (page.positions.length < 1_000) return times;
    from = (times.at(-1) ?? 0) + 1;
  }
}
