import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the package lies; this file is two folders below it, in `src/app` as in `dist/app`. */
const root = new URL("../../", import.meta.url);

/** What is built beside the code and served or read at run time; absolute paths. */
export interface Assets {
  /** Folder of the built page. */
  readonly web: string;
  readonly basemap: string;
  /** Folder of the demo's airports and countries. */
  readonly demo: string;
}

/** The assets of this installation. */
export const assets: Assets = {
  web: fileURLToPath(new URL("dist/web/", root)),
  basemap: fileURLToPath(new URL("dist/basemap/world.mbtiles", root)),
  demo: fileURLToPath(new URL("dist/demo/", root)),
};

/** The paths of those that are missing; `npm run build` makes them. */
export function missingAssets(): string[] {
  return Object.values(assets).filter((path: string) => !existsSync(path));
}
