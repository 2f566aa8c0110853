import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Modules of the pure rooms do nothing by being loaded: what nobody uses of them is left out. */
const treeshake = { moduleSideEffects: (id: string) => !/\/src\/(?:wire|geo|tiles|pages)\//.test(id) };

/** What the worker refuses has a code, and nobody there asks for its status or title: the catalogue is left out. */
const withoutCatalogue: Plugin = {
  name: "without-catalogue",
  load: (id) => (id.endsWith("/src/wire/catalogue.ts") ? "export const catalogue = {};" : undefined),
};

/** Bundles the browser's code into `dist/web`; `scripts/build-web.ts` runs it and compresses what comes out. */
export default defineConfig({
  root: here("./src/web"),
  publicDir: here("./src/web/public"),
  resolve: { conditions: ["source", "module", "browser", "development|production"] },
  worker: { format: "es", plugins: () => [withoutCatalogue], rolldownOptions: { treeshake } },
  build: {
    outDir: here("./dist/web"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_300,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake,
      input: [here("./src/web/main.ts"), here("./src/web/push-worker.ts")],
      output: {
        // Browsers ask for the service worker at the same address for ever.
        entryFileNames: ({ name }) => (name === "push-worker" ? "push-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
