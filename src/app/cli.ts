import { Command, CommanderError, Option } from "commander";
import { readFileSync } from "node:fs";
import { addBench } from "./cli-bench.ts";
import { type Done, type RemoteFlags, remoteOf, remoteOptions, withOptions } from "./cli-options.ts";
import { addShare, addToken, addUser, addWorkspace } from "./cli-people.ts";
import { addImport, addRecompute, addReplay } from "./cli-recordings.ts";
import {
  addressOptions,
  adminTokenOf,
  dataOption,
  logOption,
  serveOptions,
  type ServeFlags,
  type Settings,
  settingsOf,
  wholeNumber,
} from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Runs one command line, without the name of the program; answers the exit code. What goes wrong is said in one
 * line on stderr. Commands load their code when they run: a server does not carry the reader of GPX files.
 */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  let code = 0;
  const program = createProgram(around, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    // Commander has written its sentence already, help and version included.
    if (error instanceof CommanderError) return error.exitCode;
    around.stderr.write(`whereabouts: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  return code;
}

function createProgram(around: Surroundings, done: Done): Command {
  const program = new Command("whereabouts")
    .description("A live map you run yourself.")
    .version(version(), "-V, --version")
    .exitOverride()
    .showHelpAfterError("(whereabouts --help lists everything)")
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
    });
  addServe(program, around, done);
  addDemo(program, around, done);
  addReplay(program, around, done);
  addImport(program, around, done);
  addRecompute(program, around, done);
  addToken(program, around, done);
  addWorkspace(program, around, done);
  addUser(program, around, done);
  addShare(program, around, done);
  addBackup(program, around, done);
  addDoctor(program, around, done);
  addBench(program, around, done);
  return program;
}

function addServe(program: Command, around: Surroundings, done: Done): void {
  const command = program.command("serve").description("run the server");
  withOptions(command, [...addressOptions(), dataOption(), ...serveOptions()]);
  command.action(async (parsed: ServeFlags) => {
    const { serve } = await import("./serve.ts");
    done(await serve(settingsOf(parsed, around.env), around));
  });
}

function addDemo(program: Command, around: Surroundings, done: Done): void {
  const command = program.command("demo").description("run a server with a moving fleet; it keeps nothing");
  withOptions(command, [
    ...addressOptions(),
    new Option("--seed <number>", "another seed, another fleet")
      .default(1)
      .argParser(wholeNumber(0, 2 ** 32 - 1)),
    new Option("--aircraft <number>", "size of the fleet").default(2000).argParser(wholeNumber(1, 100_000)),
    logOption("warn"),
  ]);
  command.action(async (parsed: DemoFlags) => {
    const { demo } = await import("./demo.ts");
    done(await demo({ ...parsed, adminToken: adminTokenOf(around.env) }, around));
  });
}

type DemoFlags = Pick<Settings, "host" | "port" | "logLevel"> & {
  readonly seed: number;
  readonly aircraft: number;
};

function addBackup(program: Command, around: Surroundings, done: Done): void {
  const backup = program
    .command("backup")
    .description(
      "write a consistent copy of everything to a file, while the server runs or while it does not",
    )
    .argument("<file>", "file to write; it must not exist");
  withOptions(backup, [dataOption(), ...remoteOptions()]);
  backup.action(async (file: string, flags: RemoteFlags & { data: string }) => {
    const { backupTo } = await import("./backup.ts");
    done(await backupTo(file, { data: flags.data, ...remoteOf(flags, around.env) }, around));
  });
  const restore = program
    .command("restore")
    .description("fill an empty data folder from a backup")
    .argument("<file>", "file that `backup` wrote");
  withOptions(restore, [dataOption()]);
  restore.action(async (file: string, flags: { data: string }) => {
    const { restoreFrom } = await import("./backup.ts");
    done(await restoreFrom(file, flags.data, around));
  });
}

function addDoctor(program: Command, around: Surroundings, done: Done): void {
  const command = program
    .command("doctor")
    .description("look for what could keep a server from running well");
  withOptions(command, [...addressOptions(), dataOption()]);
  command.action(async (flags: { host: string; port: number; data: string }) => {
    const { doctor } = await import("./doctor.ts");
    done(await doctor(flags, around));
  });
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
