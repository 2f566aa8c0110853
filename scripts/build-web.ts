/**
 * Bundles the browser's code into `dist/web` and puts a `.br` and a `.gz` beside every text file, so that the
 * server never compresses while somebody waits. Run: `node --conditions=source scripts/build-web.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "dist/web");

await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });

let script = 0;
for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
  if (!/\.(js|mjs|css|svg|json)$/.test(name)) continue;
  const plain = readFileSync(join(out, name));
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(out, `${name}.br`), brotli);
  writeFileSync(join(out, `${name}.gz`), gzipSync(plain, { level: 9 }));
  if (/\.m?js$/.test(name)) script += brotli.length;
}
console.log(`web: ${(script / 1_000).toFixed(0)} kB of script, compressed`);
