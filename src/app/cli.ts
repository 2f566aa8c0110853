import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { readFileSync } from "node:fs";
import { type Role, ROLES } from "#wire";
import {
  addressOptions,
  adminTokenOf,
  dataOption,
  httpUrl,
  logOption,
  serveOptions,
  type ServeFlags,
  type Settings,
  settingsOf,
  wholeNumber,
} from "./settings.ts";
import type { BenchOrder } from "./bench/push.ts";
import type { ShareOrder } from "./share.ts";
import type { Remote, Surroundings } from "./surroundings.ts";

const DEFAULT_URL = "http://127.0.0.1:8080";
const scopes = ["admin", "manage", "operate", "ingest", "view"] as const;

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

type Done = (code: number) => void;

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

function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
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

function remoteOptions(): Option[] {
  return [
    new Option("--url <url>", "address of the server")
      .env("WHEREABOUTS_URL")
      .default(undefined, DEFAULT_URL)
      .argParser(httpUrl),
    new Option("--token <token>", "a token of that server; default is WHEREABOUTS_ADMIN_TOKEN").env(
      "WHEREABOUTS_TOKEN",
    ),
  ];
}

/** What the commands take that work in one workspace. */
function spaceOptions(): Option[] {
  return [
    ...remoteOptions(),
    new Option("--workspace <id>", "the workspace; default is that of the token, or main").env(
      "WHEREABOUTS_WORKSPACE",
    ),
  ];
}

/** What `remoteOptions` give. */
interface RemoteFlags {
  readonly url?: URL;
  readonly token?: string;
  /** Of `spaceOptions` alone. */
  readonly workspace?: string;
}

function remoteOf({ url, token, workspace }: RemoteFlags, env: NodeJS.ProcessEnv): Remote {
  return {
    url: url ?? new URL(DEFAULT_URL),
    token: token ?? adminTokenOf(env),
    ...(workspace !== undefined && { workspace }),
    assumed: url === undefined,
  };
}

const fileArgument = new Argument("<file>", "NDJSON, GPX or CSV, plain or gzipped");
const deviceOption = new Option(
  "--device <id>",
  "device of a file that names none; default is the file's name",
);

function addReplay(program: Command, around: Surroundings, done: Done): void {
  const command = program
    .command("replay")
    .description("send a file of positions to a server in true time")
    .addArgument(fileArgument);
  withOptions(command, [
    new Option("--speed <factor>", "so many times faster; 0 or max for as fast as possible")
      .default(1)
      .argParser(speed),
    new Option("--now", "shift the times so that the first fix is now").default(false),
    deviceOption,
    ...spaceOptions(),
  ]);
  type Flags = RemoteFlags & { speed: number; now: boolean; device?: string };
  command.action(async (file: string, flags: Flags) => {
    if (flags.now && flags.speed === Number.POSITIVE_INFINITY) {
      throw new Error("--now needs a speed: as fast as possible, all fixes would be at the same moment");
    }
    const { speed, now, device } = flags;
    const { playFile } = await import("./play.ts");
    done(await playFile({ file, ...remoteOf(flags, around.env), speed, now, device, mode: "live" }, around));
  });
}

function addImport(program: Command, around: Surroundings, done: Done): void {
  const command = program
    .command("import")
    .description("load a file of positions into a running server as history: events, but no alerts")
    .addArgument(fileArgument);
  withOptions(command, [deviceOption, ...spaceOptions()]);
  command.action(async (file: string, flags: RemoteFlags & { device?: string }) => {
    const { playFile } = await import("./play.ts");
    const order = { file, ...remoteOf(flags, around.env), device: flags.device, now: false };
    done(await playFile({ ...order, speed: Number.POSITIVE_INFINITY, mode: "import" }, around));
  });
}

function addRecompute(program: Command, around: Surroundings, done: Done): void {
  const command = program
    .command("recompute")
    .description("judge the last hours again with a fence as it is now; nobody is alerted of what changes")
    .argument("<fence>", "id of the fence")
    .addOption(
      new Option("--hours <number>", "how far back").makeOptionMandatory().argParser(wholeNumber(1, 8784)),
    );
  withOptions(command, spaceOptions());
  command.action(async (fence: string, flags: RemoteFlags & { hours: number }) => {
    const { recompute } = await import("./recompute.ts");
    done(await recompute({ fence, hours: flags.hours, ...remoteOf(flags, around.env) }, around));
  });
}

function addWorkspace(program: Command, around: Surroundings, done: Done): void {
  const workspace = program
    .command("workspace")
    .description("workspaces: each has its own devices, fences, rules and members");
  const where = (command: Command): Command => withOptions(command, [dataOption(), ...remoteOptions()]);
  type Where = RemoteFlags & { data: string };
  const place = (flags: Where) => ({ data: flags.data, ...remoteOf(flags, around.env) });
  where(workspace.command("create").description("make one, and invite who is to own it").argument("<id>"))
    .addOption(new Option("--owner <email>", "who is to own it").makeOptionMandatory())
    .option("--name <text>", "what people read")
    .action(async (id: string, flags: Where & { owner: string; name?: string }) => {
      const { createWorkspace } = await import("./workspace.ts");
      const { owner, name } = flags;
      done(await createWorkspace(place(flags), { id, owner, ...(name && { name }) }, around));
    });
  where(workspace.command("list").description("show the workspaces of the token, or all in a data folder"))
    .option("--all", "all of the server, for who runs it", false)
    .action(async (flags: Where & { all: boolean }) => {
      const { listWorkspaces } = await import("./workspace.ts");
      done(await listWorkspaces(place(flags), flags.all, around));
    });
  where(
    workspace
      .command("rename")
      .description("give one another name; its id stays")
      .argument("<id>")
      .argument("<name>"),
  ).action(async (id: string, name: string, flags: Where) => {
    const { renameWorkspace } = await import("./workspace.ts");
    done(await renameWorkspace(place(flags), { id, name }, around));
  });
  where(workspace.command("delete").description("delete one with everything in it").argument("<id>"))
    .addOption(new Option("--confirm <name>", "its name, or its id if it has none").makeOptionMandatory())
    .action(async (id: string, flags: Where & { confirm: string }) => {
      const { deleteWorkspace } = await import("./workspace.ts");
      done(await deleteWorkspace(place(flags), { id, confirm: flags.confirm }, around));
    });
}

function addUser(program: Command, around: Surroundings, done: Done): void {
  const user = program.command("user").description("members: who signs in, and as what");
  const where = (command: Command): Command => withOptions(command, [dataOption(), ...spaceOptions()]);
  type Where = RemoteFlags & { data: string };
  const place = (flags: Where) => ({ data: flags.data, ...remoteOf(flags, around.env) });
  where(user.command("add").description("invite somebody and print the link, once").argument("<email>"))
    .addOption(new Option("--role <role>", "what it allows").choices(ROLES).default("viewer"))
    .option("--group <names...>", "sees only devices of these groups", [])
    .action(async (email: string, flags: Where & { role: Role; group: string[] }) => {
      const users = await import("./user.ts");
      done(await users.addUser(place(flags), { email, role: flags.role, groups: flags.group }, around));
    });
  where(user.command("list").description("show all members")).action(async (flags: Where) => {
    const users = await import("./user.ts");
    done(await users.listUsers(place(flags), around));
  });
  where(user.command("remove").description("end a membership at once").argument("<email>")).action(
    async (email: string, flags: Where) => {
      const users = await import("./user.ts");
      done(await users.removeUser(place(flags), email, around));
    },
  );
  where(
    user.command("password").description("print a link for another password, once").argument("<email>"),
  ).action(async (email: string, flags: Where) => {
    const users = await import("./user.ts");
    done(await users.offerPassword(place(flags), email, around));
  });
  addTotpOff(user, around, done);
}

function addTotpOff(user: Command, around: Surroundings, done: Done): void {
  const command = user.command("totp-off").description("turn off the authenticator of who has lost it");
  withOptions(command.argument("<email>"), [dataOption(), ...spaceOptions()]);
  command.action(async (email: string, flags: RemoteFlags & { data: string }) => {
    const { turnOffTotp } = await import("./user.ts");
    done(await turnOffTotp({ data: flags.data, ...remoteOf(flags, around.env) }, email, around));
  });
}

function addShare(program: Command, around: Surroundings, done: Done): void {
  const share = program.command("share").description("links that show something to whoever has them");
  const where = (command: Command): Command => withOptions(command, [dataOption(), ...spaceOptions()]);
  type Where = RemoteFlags & { data: string };
  const place = (flags: Where) => ({ data: flags.data, ...remoteOf(flags, around.env) });
  const amount = (flag: string, what: string, most: number): Option =>
    new Option(`--${flag} <number>`, what).argParser(wholeNumber(1, most));
  const create = where(share.command("create").description("make a link and print it, once"))
    .option("--device <ids...>", "show these devices", [])
    .option("--group <names...>", "show whichever devices are in these groups", [])
    .option("--fence <id>", "show what is in this fence")
    .option("--box <w,s,e,n>", "show what is in this box, in degrees")
    .option("--name <text>", "what whoever has the link reads", "")
    .option("--track", "the way so far as well", false);
  withOptions(create, [
    amount("hours", "ends after so many hours", 876_000),
    amount("delay", "minutes after which positions are shown", 1_440),
    amount("blur", "metres to which places are blurred", 100_000),
  ]);
  type Flags = Where & Omit<ShareOrder, "devices" | "groups"> & { device: string[]; group: string[] };
  create.action(async ({ device: devices, group: groups, ...flags }: Flags) => {
    const { createShare } = await import("./share.ts");
    done(await createShare(place(flags), { ...flags, devices, groups }, around));
  });
  where(share.command("list").description("show all links, without their secrets")).action(
    async (flags: Where) => {
      const { listShares } = await import("./share.ts");
      done(await listShares(place(flags), around));
    },
  );
  where(share.command("revoke").description("end a link at once").argument("<id>")).action(
    async (id: string, flags: Where) => {
      const { revokeShare } = await import("./share.ts");
      done(await revokeShare(place(flags), id, around));
    },
  );
}

function addToken(program: Command, around: Surroundings, done: Done): void {
  const token = program.command("token").description("tokens of devices, viewers and administrators");
  const where = (command: Command): Command => withOptions(command, [dataOption(), ...spaceOptions()]);
  type Where = RemoteFlags & { data: string };
  const place = (flags: Where) => ({ data: flags.data, ...remoteOf(flags, around.env) });
  where(token.command("create").description("make a token and print it, once"))
    .option("--name <text>", "what it is for", "made on the command line")
    .addOption(new Option("--scope <scopes...>", "what it allows").choices(scopes).default(["ingest"]))
    .option("--no-register", "positions of unknown devices are refused")
    .addOption(new Option("--days <number>", "ends after so many days").argParser(wholeNumber(1, 36_500)))
    .action(async (flags: Where & TokenFlags) => {
      const { createToken } = await import("./token.ts");
      done(await createToken(place(flags), flags, around));
    });
  where(token.command("list").description("show all tokens, without their secrets")).action(
    async (flags: Where) => {
      const { listTokens } = await import("./token.ts");
      done(await listTokens(place(flags), around));
    },
  );
  where(token.command("revoke").description("end a token at once").argument("<id>")).action(
    async (id: string, flags: Where) => {
      const { revokeToken } = await import("./token.ts");
      done(await revokeToken(place(flags), id, around));
    },
  );
}

type TokenFlags = {
  readonly name: string;
  readonly scope: (typeof scopes)[number][];
  readonly register: boolean;
  readonly days?: number;
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

function addBench(program: Command, around: Surroundings, done: Done): void {
  const bench = program.command("bench").description("measure what this machine holds");
  const size = (flag: string, what: string, usual: number, most: number): Option =>
    new Option(`--${flag} <number>`, what).default(usual).argParser(wholeNumber(1, most));
  const push = bench.command("push").description("live push: memory, latency and bytes of many viewers");
  withOptions(push, [
    new Option("--connections <number>", "measure only so many idle connections, and nothing else").argParser(
      wholeNumber(1, 100_000),
    ),
    size("idle", "idle connections of a whole run, on each transport", 10_000, 100_000),
    size("hold", "seconds for which idle connections are held", 30, 3_600),
    size("devices", "devices of the city, each once a second", 20_000, 100_000),
    size("viewers", "viewers of the city, each sees a hundredth of it", 2_000, 15_000),
    size("seconds", "seconds for which city and hot spot are measured", 15, 3_600),
    size("hot", "viewers of the same 500 devices", 5_000, 15_000),
    size("storm", "clients that come back at once", 10_000, 15_000),
    size("polling", "viewers who poll a list each second, and to whom the same is pushed", 1_000, 15_000),
    size("polling-devices", "devices that they see a hundredth of, each once a second", 5_000, 100_000),
    new Option("--only <part>", "measure this part alone").choices(["polling"]),
    new Option("--gateways <number>", "gateways of the server; more where connections ask for more")
      .default(0)
      .argParser(wholeNumber(0, 16)),
    size("clients", "processes of clients", 2, 16),
    new Option("--seed <number>", "another seed, other places")
      .default(1)
      .argParser(wholeNumber(0, 2 ** 32 - 1)),
    new Option("--json", "nothing but the figures").default(false),
  ]);
  type Flags = Omit<BenchOrder, "connections" | "idleOnly" | "quiet"> & {
    readonly connections?: number;
    readonly idle: number;
    readonly json: boolean;
  };
  push.action(async ({ connections, idle, json, ...sizes }: Flags) => {
    const { benchPush } = await import("./bench/push.ts");
    const idleOnly = connections !== undefined;
    done(await benchPush({ ...sizes, connections: connections ?? idle, idleOnly, quiet: json }, around));
  });
}

function speed(value: string): number {
  if (value === "max" || value === "0") return Number.POSITIVE_INFINITY;
  const factor = Number(value);
  if (value.trim() !== "" && Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError("Expected a number above 0, or max.");
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
