import { runCli } from "./cli.ts";

// `bin/whereabouts.js` has switched the compile cache on before it loads this.
const { env, stdout, stderr } = process;
process.exitCode = await runCli(process.argv.slice(2), { env, stdout, stderr });
