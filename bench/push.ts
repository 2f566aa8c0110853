/**
 * What live push costs: the same as `whereabouts bench push`, see `src/app/bench/push.ts`.
 *
 *   npm run bench -- push --json [--connections N] [--only PART] [--idle 10000] [--hold 30] [--devices 20000] [--viewers 2000] [--seconds 15]
 *                                [--hot 5000] [--storm 10000] [--polling 1000] [--polling-devices 5000] [--clients 2] [--seed 1]
 */
import { runCli } from "../src/app/cli.ts";

const { env, stdout, stderr } = process;
process.exitCode = await runCli(["bench", "push", ...process.argv.slice(2)], { env, stdout, stderr });
