/**
 * `npm run bench -- <name> [--json] […]`: runs `bench/<name>.ts`. Every bench prints its figures as one JSON object
 * on the last line of stdout; what it says on the way goes to stderr, and `--json` silences that.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const [name = "", ...rest] = process.argv.slice(2);
const script = join(import.meta.dirname, `${name}.ts`);

if (!/^[a-z-]+$/.test(name) || name === "run" || !existsSync(script)) {
  const names = globSync("*.ts", { cwd: import.meta.dirname })
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((file) => file !== "run")
    .sort();
  console.error(`there is no bench ${JSON.stringify(name)}; there are: ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const stderr = rest.includes("--json") ? "ignore" : "inherit";
  // A million made-up fences take more than the heap that Node allows itself.
  const args = ["--conditions=source", "--expose-gc", "--max-old-space-size=12000", script, ...rest];
  const { status } = spawnSync(process.execPath, args, { stdio: ["inherit", "inherit", stderr] });
  process.exitCode = status ?? 1;
}
