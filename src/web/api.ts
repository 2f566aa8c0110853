import type { DeviceId, EventBody, FenceFeature, PositionBody, ProblemBody } from "#wire";

/** A refusal of the server, in its own words. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
  }
}

/** Sends a request with the session's cookie; throws `ApiError` with the `detail` of the answer. */
export async function request(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  if (response.status === 401) location.assign("/");
  const problem: Partial<ProblemBody> | undefined = await response.json().catch(() => undefined);
  throw new ApiError(response.status, problem?.detail ?? `The server answered ${response.status}`);
}

/** Follows `next` until the list ends or holds `most` things. */
async function list<T>(path: string, name: string, most: number, signal?: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const url = new URL(path, location.href);
    url.searchParams.set("limit", "1000");
    if (after !== undefined) url.searchParams.set("after", after);
    const answer = await request("GET", url.pathname + url.search, undefined, signal);
    const page: Record<string, T[]> & { next?: string | null } = await answer.json();
    all.push(...(page[name] ?? []));
    after = page.next ?? undefined;
  } while (after !== undefined && all.length < most);
  return all;
}

/** All fences, at most 20,000. */
export async function loadFences(): Promise<FenceFeature[]> {
  return list("/api/fences", "fences", 20_000);
}

/** The newest events, newest first. */
export async function loadEvents(): Promise<EventBody[]> {
  const answer = await request("GET", "/page/events.json");
  return answer.json();
}

/** Names and icons of the devices that have one. */
export async function loadLabels(): Promise<[id: DeviceId, name: string | null, icon: string | null][]> {
  const answer = await request("GET", "/page/labels.json");
  return answer.json();
}

/** One device's fixes between two moments (RFC 3339), oldest first, at most 50,000. */
export async function loadTrack(
  id: DeviceId,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<PositionBody[]> {
  const query = new URLSearchParams({ from, to });
  return list(`/api/devices/${encodeURIComponent(id)}/positions?${query}`, "positions", 50_000, signal);
}

/** The panel of a device as HTML; undefined when there is no such device. */
export async function loadPanel(id: DeviceId, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await request("GET", `/devices/${encodeURIComponent(id)}/panel`, undefined, signal);
    return await answer.text();
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 404) return undefined;
    throw cause;
  }
}
