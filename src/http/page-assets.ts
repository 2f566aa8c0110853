import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";
import { type Assets, passwordPage, signInPage } from "#pages";
import { Problem } from "#wire";
import type { HttpOptions } from "./options.ts";

interface ManifestEntry {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

/**
 * What a page loads, from the manifest that Vite left in `folder`; read again when it was built anew, because the old
 * names are gone then. Throws at once when the browser's code was not built; the message names the way out.
 */
export function assetsOf(folder: string): () => Assets {
  const path = join(folder, "manifest.json");
  let known = readAssets(path);
  let built = statSync(path).mtimeMs;
  return () => {
    const newest = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? built;
    if (newest !== built) [known, built] = [readAssets(path), newest];
    return known;
  };
}

function readAssets(path: string): Assets {
  let manifest: Readonly<Record<string, ManifestEntry>>;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path} is not readable; "npm run build" makes it`, { cause });
  }
  const entry = manifest["main.ts"];
  if (entry === undefined) throw new Error(`${path} names no main.ts`);
  const latin = /latin-(400|600)-normal.*\.woff2$/;
  const fonts = (entry.assets ?? []).filter((file) => latin.test(file));
  return {
    script: `/${entry.file}`,
    styles: (entry.css ?? []).map((file) => `/${file}`),
    preload: fonts.map((file) => ({ href: `/${file}`, as: "font" as const })),
  };
}

/** The sign-in page in the dress of the others, for `HttpOptions.signInPage`. Throws as `assetsOf` does. */
export function signInPageOf(folder: string): NonNullable<HttpOptions["signInPage"]> {
  const assets = assetsOf(folder);
  return (page) => signInPage({ title: "Sign in · Whereabouts", assets: assets(), theme: "auto" }, page);
}

/** The page on which a password is chosen, for `HttpOptions.passwordPage`. Throws as `assetsOf` does. */
export function passwordPageOf(folder: string): NonNullable<HttpOptions["passwordPage"]> {
  const assets = assetsOf(folder);
  return (page) => passwordPage({ title: "Whereabouts", assets: assets(), theme: "auto" }, page);
}

/** The policy of built files; the map's worker runs under it and fetches tiles. */
const policy =
  "default-src 'none'; connect-src 'self'; script-src 'self'; img-src data: blob:; style-src 'self'";

/**
 * Built files, for anybody, because the sign-in page needs them. Names carry a hash of the content, so they are kept
 * for ever.
 */
export const assetRoutes: FastifyPluginAsync<{ readonly folder: string }> = async (server, { folder }) => {
  server.addHook("onRoute", (route) => {
    route.config = { ...route.config, access: "public" };
  });
  const files: FastifyPluginAsync = async (below) => {
    below.setNotFoundHandler(({ url }) => {
      throw new Problem("not_found", `${url} is no built file`);
    });
    await below.register(fastifyStatic, {
      root: join(folder, "assets"),
      decorateReply: false,
      preCompressed: true,
      index: false,
      cacheControl: false,
      setHeaders: (reply) => {
        reply.header("cache-control", "public, max-age=31536000, immutable");
        reply.header("content-security-policy", policy);
      },
    });
  };
  await server.register(files, { prefix: "/assets" });
  // Asked for by browsers that subscribed to notifications, signed in or not; they look for a new one by themselves.
  const worker = readFileSync(join(folder, "push-worker.js"));
  server.get("/push-worker.js", (_request, reply) =>
    reply
      .type("text/javascript; charset=utf-8")
      .header("cache-control", "no-cache")
      .header("content-security-policy", "default-src 'none'; connect-src 'self'")
      .send(worker),
  );
  const favicon = readFileSync(join(folder, "favicon.svg"));
  server.get("/favicon.svg", (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(favicon),
  );
};
