import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the browser's code into `dist/web`; `scripts/build-web.ts` runs it and compresses what comes out. */
export default defineConfig({
  root: here("./src/web"),
  publicDir: here("./src/web/public"),
  resolve: { conditions: ["source", "module", "browser", "development|production"] },
  build: {
    outDir: here("./dist/web"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_300,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [here("./src/web/main.ts"), here("./src/web/push-worker.ts")],
      output: {
        // Browsers ask for the service worker at the same address for ever.
        entryFileNames: ({ name }) => (name === "push-worker" ? "push-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
