import { type Command, Option } from "commander";
import { adminTokenOf, dataOption, httpUrl } from "./settings.ts";
import type { Remote } from "./surroundings.ts";

const DEFAULT_URL = "http://127.0.0.1:8080";

/** Told the exit code of a command. */
export type Done = (code: number) => void;

/** The command with options. */
export function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** What the commands take that talk to a server. */
export function remoteOptions(): Option[] {
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
export function spaceOptions(): Option[] {
  return [
    ...remoteOptions(),
    new Option("--workspace <id>", "the workspace; default is that of the token, or main").env(
      "WHEREABOUTS_WORKSPACE",
    ),
  ];
}

/** What `remoteOptions` give. */
export interface RemoteFlags {
  readonly url?: URL;
  readonly token?: string;
  /** Of `spaceOptions` alone. */
  readonly workspace?: string;
}

/** The server that the flags name. */
export function remoteOf({ url, token, workspace }: RemoteFlags, env: NodeJS.ProcessEnv): Remote {
  return {
    url: url ?? new URL(DEFAULT_URL),
    token: token ?? adminTokenOf(env),
    ...(workspace !== undefined && { workspace }),
    assumed: url === undefined,
  };
}

/** What the commands take that work at a server or, where none runs, in its data folder. */
export const placeOptions = (): Option[] => [dataOption(), ...spaceOptions()];

/** What `placeOptions` give. */
export interface PlaceFlags extends RemoteFlags {
  readonly data: string;
}

/** The server or the folder that the flags name. */
export const placeOf = (flags: PlaceFlags, env: NodeJS.ProcessEnv): Remote & { readonly data: string } => ({
  data: flags.data,
  ...remoteOf(flags, env),
});
