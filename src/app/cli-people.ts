import { type Command, Option } from "commander";
import { type Role, ROLES } from "#wire";
import {
  type Done,
  type PlaceFlags as Where,
  placeOf,
  placeOptions,
  remoteOptions,
  withOptions,
} from "./cli-options.ts";
import { dataOption, wholeNumber } from "./settings.ts";
import type { ShareOrder } from "./share.ts";
import type { Surroundings } from "./surroundings.ts";

const scopes = ["admin", "manage", "operate", "ingest", "view"] as const;

/** `whereabouts workspace`. */
export function addWorkspace(program: Command, around: Surroundings, done: Done): void {
  const workspace = program
    .command("workspace")
    .description("workspaces: each has its own devices, fences, rules and members");
  const where = (command: Command): Command => withOptions(command, [dataOption(), ...remoteOptions()]);
  where(workspace.command("create").description("make one, and invite who is to own it").argument("<id>"))
    .addOption(new Option("--owner <email>", "who is to own it").makeOptionMandatory())
    .option("--name <text>", "what people read")
    .action(async (id: string, flags: Where & { owner: string; name?: string }) => {
      const { createWorkspace } = await import("./workspace.ts");
      const { owner, name } = flags;
      done(await createWorkspace(placeOf(flags, around.env), { id, owner, ...(name && { name }) }, around));
    });
  where(workspace.command("list").description("show the workspaces of the token, or all in a data folder"))
    .option("--all", "all of the server, for who runs it", false)
    .action(async (flags: Where & { all: boolean }) => {
      const { listWorkspaces } = await import("./workspace.ts");
      done(await listWorkspaces(placeOf(flags, around.env), flags.all, around));
    });
  where(
    workspace
      .command("rename")
      .description("give one another name; its id stays")
      .argument("<id>")
      .argument("<name>"),
  ).action(async (id: string, name: string, flags: Where) => {
    const { renameWorkspace } = await import("./workspace.ts");
    done(await renameWorkspace(placeOf(flags, around.env), { id, name }, around));
  });
  where(workspace.command("delete").description("delete one with everything in it").argument("<id>"))
    .addOption(new Option("--confirm <name>", "its name, or its id if it has none").makeOptionMandatory())
    .action(async (id: string, flags: Where & { confirm: string }) => {
      const { deleteWorkspace } = await import("./workspace.ts");
      done(await deleteWorkspace(placeOf(flags, around.env), { id, confirm: flags.confirm }, around));
    });
}

/** `whereabouts user`. */
export function addUser(program: Command, around: Surroundings, done: Done): void {
  const user = program.command("user").description("members: who signs in, and as what");
  const where = (command: Command): Command => withOptions(command, placeOptions());
  where(user.command("add").description("invite somebody and print the link, once").argument("<email>"))
    .addOption(new Option("--role <role>", "what it allows").choices(ROLES).default("viewer"))
    .option("--group <names...>", "sees only devices of these groups", [])
    .action(async (email: string, flags: Where & { role: Role; group: string[] }) => {
      const users = await import("./user.ts");
      done(
        await users.addUser(
          placeOf(flags, around.env),
          { email, role: flags.role, groups: flags.group },
          around,
        ),
      );
    });
  where(user.command("list").description("show all members")).action(async (flags: Where) => {
    const users = await import("./user.ts");
    done(await users.listUsers(placeOf(flags, around.env), around));
  });
  where(user.command("remove").description("end a membership at once").argument("<email>")).action(
    async (email: string, flags: Where) => {
      const users = await import("./user.ts");
      done(await users.removeUser(placeOf(flags, around.env), email, around));
    },
  );
  where(
    user.command("password").description("print a link for another password, once").argument("<email>"),
  ).action(async (email: string, flags: Where) => {
    const users = await import("./user.ts");
    done(await users.offerPassword(placeOf(flags, around.env), email, around));
  });
  addTotpOff(user, around, done);
}

function addTotpOff(user: Command, around: Surroundings, done: Done): void {
  const command = user.command("totp-off").description("turn off the authenticator of who has lost it");
  withOptions(command.argument("<email>"), placeOptions());
  command.action(async (email: string, flags: Where) => {
    const { turnOffTotp } = await import("./user.ts");
    done(await turnOffTotp(placeOf(flags, around.env), email, around));
  });
}

/** `whereabouts share`. */
export function addShare(program: Command, around: Surroundings, done: Done): void {
  const share = program.command("share").description("links that show something to whoever has them");
  const where = (command: Command): Command => withOptions(command, placeOptions());
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
    done(await createShare(placeOf(flags, around.env), { ...flags, devices, groups }, around));
  });
  where(share.command("list").description("show all links, without their secrets")).action(
    async (flags: Where) => {
      const { listShares } = await import("./share.ts");
      done(await listShares(placeOf(flags, around.env), around));
    },
  );
  where(share.command("revoke").description("end a link at once").argument("<id>")).action(
    async (id: string, flags: Where) => {
      const { revokeShare } = await import("./share.ts");
      done(await revokeShare(placeOf(flags, around.env), id, around));
    },
  );
}

/** `whereabouts token`. */
export function addToken(program: Command, around: Surroundings, done: Done): void {
  const token = program.command("token").description("tokens of devices, viewers and administrators");
  const where = (command: Command): Command => withOptions(command, placeOptions());
  where(token.command("create").description("make a token and print it, once"))
    .option("--name <text>", "what it is for", "made on the command line")
    .addOption(new Option("--scope <scopes...>", "what it allows").choices(scopes).default(["ingest"]))
    .option("--no-register", "positions of unknown devices are refused")
    .addOption(new Option("--days <number>", "ends after so many days").argParser(wholeNumber(1, 36_500)))
    .action(async (flags: Where & TokenFlags) => {
      const { createToken } = await import("./token.ts");
      done(await createToken(placeOf(flags, around.env), flags, around));
    });
  where(token.command("list").description("show all tokens, without their secrets")).action(
    async (flags: Where) => {
      const { listTokens } = await import("./token.ts");
      done(await listTokens(placeOf(flags, around.env), around));
    },
  );
  where(token.command("revoke").description("end a token at once").argument("<id>")).action(
    async (id: string, flags: Where) => {
      const { revokeToken } = await import("./token.ts");
      done(await revokeToken(placeOf(flags, around.env), id, around));
    },
  );
}

type TokenFlags = {
  readonly name: string;
  readonly scope: (typeof scopes)[number][];
  readonly register: boolean;
  readonly days?: number;
};
