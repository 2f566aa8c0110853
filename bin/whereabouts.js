#!/usr/bin/env node
// Written so that a Node too old for Whereabouts can still read it and say so.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const LEAST = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src/app/main.ts");
const major = Number(process.versions.node.split(".")[0]);

if (existsSync(source)) runSource();
else if (major < LEAST) tooOld();
else await import(pathToFileURL(join(root, "dist/app/main.js")).href);

function tooOld() {
  console.error(
    `Whereabouts needs Node ${LEAST} or newer; this is ${process.version} at ${process.execPath}.`,
  );
  process.exitCode = 1;
}

/** In a clone the source runs as it is, with the Node that `npm ci` brought. */
function runSource() {
  const brought = join(root, "node_modules/node/bin/node");
  if (!existsSync(brought) && major < LEAST) {
    tooOld();
    return;
  }
  const node = existsSync(brought) ? brought : process.execPath;
  const args = ["--conditions=source", source, ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; `kill` reaches only this process, so it is handed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGKILL" ? 137 : 1);
  });
}
