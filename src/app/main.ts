import { enableCompileCache } from "node:module";

// Before anything else is loaded: compiled code of the last run is read from the disk, which halves the start.
enableCompileCache();
const { runCli } = await import("./cli.ts");
const { env, stdout, stderr } = process;
process.exitCode = await runCli(process.argv.slice(2), { env, stdout, stderr });
