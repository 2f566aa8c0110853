import { spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** The table of the design: which rooms a room may import. */
const walls: Readonly<Record<string, readonly string[]>> = {
  geo: [],
  wire: ["geo"],
  track: ["geo", "wire"],
  fence: ["geo", "wire"],
  rule: ["geo", "wire"],
  tiles: ["geo", "wire"],
  share: ["geo", "wire"],
  pages: ["geo", "wire"],
  ports: ["geo", "wire"],
  flow: ["geo", "wire", "track", "fence", "rule", "ports"],
  ingest: ["ports", "wire", "geo"],
  store: ["ports", "wire", "geo"],
  bus: ["ports", "wire"],
  deliver: ["ports", "wire", "geo"],
  live: ["ports", "wire", "geo", "pages", "share"],
  http: ["ports", "wire", "geo", "rule", "tiles", "share", "pages"],
  web: ["wire", "geo", "tiles", "pages"],
  app: [
    "geo",
    "wire",
    "track",
    "fence",
    "rule",
    "tiles",
    "share",
    "pages",
    "ports",
    "flow",
    "ingest",
    "store",
    "bus",
    "deliver",
    "live",
    "http",
  ],
};
const rooms = Object.keys(walls);
const pure = ["geo", "wire", "track", "fence", "rule", "tiles", "share", "pages", "ports"];

interface RoomConfig {
  readonly compilerOptions: { readonly types?: readonly string[]; readonly rootDir?: string };
  readonly references: readonly { readonly path: string }[];
}

function configOf(room: string): RoomConfig {
  return JSON.parse(readFileSync(join(root, "src", room, "tsconfig.json"), "utf8")) as RoomConfig;
}

/** Specifiers of all imports and exports-from of a file, type imports included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern =
    /^\s*(?:import|export)\b[^;"']*?\bfrom\s+["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map((found) => found[1] ?? found[2] ?? "");
}

describe("the walls between the rooms", () => {
  it("are the same in the design's table and in the project references", () => {
    expect(
      globSync("src/*/tsconfig.json", { cwd: root })
        .map((path) => path.split("/")[1]!)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(rooms.toSorted());
    for (const room of rooms) {
      const references = configOf(room).references.map(({ path }) => path.replace("../", ""));
      expect(references.toSorted(), room).toEqual(walls[room]!.toSorted());
      expect(configOf(room).compilerOptions.rootDir, room).toBe(".");
    }
    for (const room of pure) expect(configOf(room).compilerOptions.types ?? [], room).toEqual([]);
  });

  it("only let imports go down", () => {
    const floor = (room: string): number => 1 + Math.max(-1, ...walls[room]!.map(floor));
    for (const room of rooms)
      for (const below of walls[room]!) expect(floor(below)).toBeLessThan(floor(room));
  });

  it("are passed through doors only: no ../, no file of another room, no own door", () => {
    const found: string[] = [];
    for (const file of globSync("src/*/**/*.ts", { cwd: root })) {
      const room = file.split("/")[1]!;
      const test = /\.(test|bench)\.ts$|\/(testing|contract)\//.test(file);
      for (const specifier of importsOf(file)) {
        const target = /^#([^/]+)(\/.+)?$/.exec(specifier);
        // Helpers of a room's tests lie in a folder of their own and may reach the files they help with.
        const helper =
          file.includes("/testing/") && specifier.startsWith("../") && !specifier.startsWith("../../");
        const upwards = specifier.split("/").includes("..") && !helper;
        const ownDoor = !test && !file.endsWith("index.ts") && specifier === "./index.ts";
        const beyond = target !== null && !test && !walls[room]!.includes(target[1]!);
        // A room may have a second door, for the tests of others.
        const forTests = specifier === "#ports/contract" || (test && target?.[2] === "/testing");
        const deep = target?.[2] !== undefined && !forTests;
        if (upwards || ownDoor || beyond || deep) found.push(`${file} imports ${specifier}`);
      }
    }
    expect(found).toEqual([]);
  });
});

describe("the compiler", () => {
  let folder = "";
  /** One file a crime; the message it must be refused with. */
  const crimes: Readonly<Record<string, readonly [code: string, message: RegExp]>> = {
    "fence/imports-an-edge.ts": ['export type { Room } from "#store";\n', /TS6059|TS6307/],
    "fence/imports-a-sibling.ts": ['export type { Room } from "#track";\n', /TS6059|TS6307/],
    "geo/imports-upwards.ts": ['export type { Room } from "#wire";\n', /TS6059|TS6307/],
    "store/imports-another-edge.ts": ['export type { Room } from "#http";\n', /TS6059|TS6307/],
    "flow/imports-an-adapter.ts": ['export type { Room } from "#bus";\n', /TS6059|TS6307/],
    "live/goes-round-the-door.ts": ['export type { Room } from "#store/index.ts";\n', /TS2307/],
    "live/climbs-out.ts": ['export type { Room } from "../store/index.ts";\n', /TS6059|TS6307/],
    "fence/reads-files.ts": [
      'import { readFileSync } from "node:fs";\nexport const x: unknown = readFileSync;\n',
      /TS2307|TS2591/,
    ],
    "track/asks-the-process.ts": ["export const x: unknown = process.env;\n", /TS2304|TS2580|TS2591/],
    "tiles/waits.ts": ["export const x: unknown = setTimeout(() => {}, 1);\n", /TS2304/],
    "pages/fetches.ts": ["export const x: unknown = fetch;\n", /TS2304/],
    "web/reads-files.ts": [
      'import { readFileSync } from "node:fs";\nexport const x: unknown = readFileSync;\n',
      /TS2307|TS2591/,
    ],
  };
  const allowed: Readonly<Record<string, string>> = {
    "fence/imports-down.ts": 'export type { Room } from "#geo";\nexport const x: Date = new Date(0);\n',
    "store/reads-files.ts":
      'import { readFileSync } from "node:fs";\nexport const x: unknown = readFileSync;\n',
    "app/imports-all.ts": 'export type { Room } from "#store";\nexport const x: unknown = process.env;\n',
  };

  /** The real configuration of every room around a door that exports one type. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "whereabouts-walls-"));
    for (const file of ["package.json", "tsconfig.base.json", ".oxlintrc.json"]) {
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const room of rooms) {
      mkdirSync(join(folder, "src", room), { recursive: true });
      cpSync(join(root, "src", room, "tsconfig.json"), join(folder, "src", room, "tsconfig.json"));
      put(`${room}/index.ts`, `export type Room = "${room}";\n`);
    }
    const references = rooms.map((room) => ({ path: `src/${room}` }));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ files: [], references }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function put(file: string, code: string): void {
    mkdirSync(dirname(join(folder, "src", file)), { recursive: true });
    writeFileSync(join(folder, "src", file), code);
  }

  function run(command: string, args: readonly string[]): { status: number | null; output: string } {
    const bin = join(root, "node_modules/.bin", command);
    const { status, stdout, stderr } = spawnSync(bin, args, { cwd: folder, encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  it("lets through what the design allows", () => {
    for (const [file, code] of Object.entries(allowed)) put(file, code);
    expect(run("tsc", ["-b"])).toEqual({ status: 0, output: "" });
  });

  it("refuses every import and every global that the design forbids", () => {
    for (const [file, [code]] of Object.entries(crimes)) put(file, code);
    const { status, output } = run("tsc", ["-b"]);
    expect(status).not.toBe(0);
    for (const [file, [, message]] of Object.entries(crimes)) {
      const about = output.split("\n").filter((line) => line.includes(file));
      expect(about.join("\n"), `${file}\n${output}`).toMatch(message);
    }
    for (const file of Object.keys(allowed)) expect(output).not.toContain(`src/${file}(`);
  });

  it("is helped by the linter, which refuses a clock and dice in an engine", () => {
    put("fence/clock.ts", "export const now = (): number => Date.now();\n");
    put("fence/dice.ts", "export const dice = (): number => Math.random();\n");
    put("store/clock.ts", "export const now = (): number => Date.now();\n");
    const { status, output } = run("oxlint", [
      "src/fence/clock.ts",
      "src/fence/dice.ts",
      "src/store/clock.ts",
    ]);
    expect(status).not.toBe(0);
    expect(output).toContain("Engines take the time as an argument");
    expect(output).toContain("Engines take randomness as an argument");
    expect(output).not.toContain("src/store");
  });
});
