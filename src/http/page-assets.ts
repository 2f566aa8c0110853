import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";
import { type Assets, signInPage } from "#pages";
import type { HttpOptions } from "./options.ts";

interface ManifestEntry {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

/**
 * What a page loads, from the manifest that Vite left in `folder`. Throws when the browser's code was not built;
 * the message names the way out.
 */
export function readAssets(folder: string): Assets {
  const path = join(folder, "manifest.json");
  let manifest: Readonly<Record<string, ManifestEntry>>;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path} is not readable; "npm run build" makes it`, { cause });
  }
  const entry = manifest["main.ts"];
  if (entry === undefined) throw new Error(`${path} names no main.ts`);
  const fonts = (entry.assets ?? []).filter(
    (file) => /latin-(400|600)-normal.*\.woff2$/.test(file) && !/-ext-/.test(file),
  );
  return {
    script: `/${entry.file}`,
    styles: (entry.css ?? []).map((file) => `/${file}`),
    preload: fonts.map((file) => ({ href: `/${file}`, as: "font" as const })),
  };
}

/** The sign-in page in the dress of the others, for `HttpOptions.signInPage`. Throws as `readAssets` does. */
export function signInPageOf(folder: string): NonNullable<HttpOptions["signInPage"]> {
  const assets = readAssets(folder);
  return (page) => signInPage({ title: "Sign in · Whereabouts", assets, theme: "auto" }, page);
}

/**
 * Built files, for anybody, because the sign-in page needs them. Names carry a hash of the content, so they are kept
 * for ever. Their own policy lets the map's worker, which runs under it, fetch tiles.
 */
export const assetRoutes: FastifyPluginAsync<{ readonly folder: string }> = async (server, { folder }) => {
  server.addHook("onRoute", (route) => {
    route.config = { ...route.config, access: "public" };
  });
  const policy =
    "default-src 'none'; connect-src 'self'; script-src 'self'; img-src data: blob:; style-src 'self'";
  await server.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: "/assets/",
    decorateReply: false,
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders: (reply) => {
      reply.header("cache-control", "public, max-age=31536000, immutable");
      reply.header("content-security-policy", policy);
    },
  });
  const favicon = readFileSync(join(folder, "favicon.svg"));
  server.get("/favicon.svg", (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(favicon),
  );
};
