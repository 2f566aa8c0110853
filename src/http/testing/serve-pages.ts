import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpOptions } from "../options.ts";
import { pageRoutes } from "../page-routes.ts";
import { bearer, serve, type Served } from "./serve.ts";

/** A folder such as the build of the page leaves, with one file of each kind; `remove` takes it away. */
export const makePageFolder = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), "whereabouts-pages-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "favicon.svg"), "<svg/>");
  writeFileSync(join(folder, "push-worker.js"), "worker");
  writeFileSync(join(folder, "assets/main-1.js"), "plain");
  writeFileSync(join(folder, "assets/main-1.js.br"), "packed");
  const entry = { file: "assets/main-1.js", css: ["assets/main-1.css"] };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ "main.ts": entry }));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};

/** A server over fakes with every page. */
export interface ServedPages extends Served {
  /** Opens a page as an administrator, or with another token. */
  get(url: string, token?: string): Promise<Page>;
  /** Posts a form as a browser does. */
  post(url: string, fields?: FormFields, token?: string): Promise<Page>;
}

/** What a form posts; a list where a field has several values. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** What came back. */
export interface Page {
  readonly status: number;
  readonly text: string;
  /** Where a redirect leads. */
  readonly location: string;
}

/** Builds it; nothing listens. */
export const servePages = async (
  folder: string,
  options: Partial<HttpOptions> = {},
): Promise<ServedPages> => {
  const served = serve(options);
  await served.server.register(pageRoutes, {
    ...served,
    ...options,
    access: options.access ?? served.access,
    shareLinks: served.shareLinks,
    folder,
  });
  const accept = { accept: "text/html,*/*;q=0.8" };
  const pageOf = (answer: Awaited<ReturnType<typeof served.server.inject>>): Page => ({
    status: answer.statusCode,
    text: answer.body,
    location: answer.headers.location ?? "",
  });
  return {
    ...served,
    get: async (url, token = "admin") =>
      pageOf(await served.server.inject({ url, headers: { ...bearer(token), ...accept } })),
    post: async (url, fields = {}, token = "admin") => {
      const payload = new URLSearchParams();
      for (const [name, value] of Object.entries(fields)) {
        for (const one of typeof value === "string" ? [value] : value) payload.append(name, one);
      }
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const headers = { ...bearer(token), ...accept, ...type };
      return pageOf(
        await served.server.inject({ method: "POST", url, headers, payload: payload.toString() }),
      );
    },
  };
};
