import type { FastifyInstance } from "fastify";

/** What a page or an answer came back as. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Record<string, unknown> | undefined;
  readonly location: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A browser without scripts: keeps cookies by their paths, and says where its requests come from. */
export interface Browser {
  readonly cookies: Map<string, { readonly value: string; readonly path: string }>;
  get(url: string): Promise<Answer>;
  /** Posts a form. */
  post(url: string, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Asks as a script of the page does. */
  ask(method: "GET" | "POST" | "PATCH" | "DELETE", url: string, body?: object): Promise<Answer>;
}

const tryJson = (text: string): Answer["json"] => (text.startsWith("{") ? JSON.parse(text) : undefined);

/** Opens one, at an address of its own where the server trusts a proxy. */
export const browse = (server: FastifyInstance, address = "192.0.2.1"): Browser => {
  const cookies: Browser["cookies"] = new Map();
  const send = async (method: string, url: string, more: object, payload?: string | object) => {
    const sent = [...cookies].filter(([, { path }]) => url.startsWith(path));
    const answer = await server.inject({
      method: method as "GET",
      url,
      headers: {
        "sec-fetch-site": "same-origin",
        "x-forwarded-for": address,
        ...(sent.length > 0 && { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join("; ") }),
        ...more,
      },
      ...(payload !== undefined && { payload }),
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = "", path = "/"] = /^([^=]+)=([^;]*); Path=([^;]+)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, { value, path });
    }
    return {
      status: answer.statusCode,
      text: answer.body,
      json: tryJson(answer.body),
      location: answer.headers.location ?? "",
      headers: answer.headers,
    };
  };
  const html = { accept: "text/html,*/*;q=0.8" };
  return {
    cookies,
    get: (url) => send("GET", url, html),
    post: (url, fields = {}) =>
      send(
        "POST",
        url,
        { ...html, "content-type": "application/x-www-form-urlencoded" },
        new URLSearchParams(fields).toString(),
      ),
    ask: (method, url, body) => send(method, url, { accept: "application/json" }, body),
  };
};
