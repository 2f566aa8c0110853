import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * The Node that runs this test comes first, as if it were the one of the machine. Of what is set for Node only the
 * certificates stay, without which npm may not reach its registry.
 */
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(WHEREABOUTS_|NODE_(?!EXTRA_CA_CERTS)|npm_|VITEST)/.test(name),
    ),
  ),
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
};

function npm(folder: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, env, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`npm ${args.join(" ")} ended with ${String(status)}:\n${stdout}${stderr}`);
  return stdout;
}

describe("the published package", () => {
  let folder = "";
  let files: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "whereabouts-package-"));
    // `npm test` has built everything; without scripts the tarball is exactly what lies there.
    const [packed] = JSON.parse(
      npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", folder),
    ) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "empty/package.json"), "{}");
    npm(join(folder, "empty"), "install", "--prefer-offline", "--no-audit", join(folder, packed.filename));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds built JavaScript, the page, the basemap and the demo's data, and no sources or tests", () => {
    expect(files).toContain("dist/app/main.js");
    expect(files).toContain("dist/basemap/world.mbtiles");
    expect(files).toContain("dist/demo/airports.json");
    expect(files).toContain("dist/web/manifest.json");
    expect(files).toContain("README.md");
    const foreign = files.filter((path) =>
      /\.ts$|^(src|test|scripts|bench)\/|\.test\.|tsbuildinfo|\/\./.test(path),
    );
    expect(foreign).toEqual([]);
  });

  it("brings no development tools along", () => {
    const installed = readdirSync(join(folder, "empty/node_modules"));
    expect(installed).toContain("fastify");
    for (const tool of ["typescript", "vite", "vitest", "node", "maplibre-gl"])
      expect(installed).not.toContain(tool);
  });

  it("runs the demo from an empty folder, page and all", async () => {
    const child = spawn("npx", ["whereabouts", "demo", "--port", "0", "--aircraft", "50"], {
      cwd: join(folder, "empty"),
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    try {
      let text = "";
      const url = await new Promise<string>((resolve, reject) => {
        const collect = (chunk: Buffer): void => {
          text += chunk.toString();
          const found = /^listening on (\S+)$/m.exec(text)?.[1];
          if (found !== undefined) resolve(found);
        };
        child.stdout.on("data", collect);
        child.stderr.on("data", collect);
        child.once("exit", () => reject(new Error(`ended before it listened:\n${text}`)));
      });
      expect((await fetch(new URL("/healthz", url))).status).toBe(200);
      const link = /^ +(http\S+\/sign-in\/\S+)$/m.exec(text)?.[1] ?? "";
      const signedIn = await fetch(link, { method: "POST", redirect: "manual" });
      const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
      const page = await fetch(new URL("/", url), { headers: { cookie, accept: "text/html" } });
      expect(page.status).toBe(200);
      const html = await page.text();
      const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? "");
      expect(assets.some((path) => path.endsWith(".js"))).toBe(true);
      expect(assets.some((path) => path.endsWith(".css"))).toBe(true);
      for (const path of assets) expect((await fetch(new URL(path, url))).status, path).toBe(200);
      const tile = await fetch(new URL("/tiles/basemap/0/0/0.mvt", url), { headers: { cookie } });
      expect(tile.status).toBe(200);
      const devices = await fetch(new URL("/api/devices?limit=1000", url), { headers: { cookie } });
      expect(((await devices.json()) as { devices: unknown[] }).devices).toHaveLength(50);
    } finally {
      const ended = once(child, "exit");
      // The whole group: npx runs the command as a child of its own.
      process.kill(-child.pid!, "SIGTERM");
      await ended;
    }
  });
});
