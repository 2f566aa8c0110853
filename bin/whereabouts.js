#!/usr/bin/env node
// Plain JavaScript on purpose: a Node too old for Whereabouts can still read it and say so, and no type has to be
// stripped before the compile cache is on. (Stripping one file loads a compiler of 20 MB.)
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as modules from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const LEAST = 24;
const SOURCE = "--conditions=source";
const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), "..");
const source = join(root, "src/app/main.ts");
const built = join(root, "dist/app/main.js");
const major = Number(process.versions.node.split(".")[0]);
const inClone = existsSync(source);

if (inClone && !process.execArgv.includes(SOURCE)) runSource();
else if (major < LEAST) tooOld();
else {
  modules.enableCompileCache();
  await import(pathToFileURL(inClone ? source : built).href);
}

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
  const child = spawn(node, [SOURCE, self, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; `kill` reaches only this process, so it is handed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGKILL" ? 137 : 1);
  });
}
