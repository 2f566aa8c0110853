import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { type Done, type RemoteFlags, remoteOf, spaceOptions, withOptions } from "./cli-options.ts";
import { wholeNumber } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

const fileArgument = new Argument("<file>", "NDJSON, GPX or CSV, plain or gzipped");
const deviceOption = new Option(
  "--device <id>",
  "device of a file that names none; default is the file's name",
);

/** `whereabouts replay`. */
export function addReplay(program: Command, around: Surroundings, done: Done): void {
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

/** `whereabouts import`. */
export function addImport(program: Command, around: Surroundings, done: Done): void {
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

/** `whereabouts recompute`. */
export function addRecompute(program: Command, around: Surroundings, done: Done): void {
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

function speed(value: string): number {
  if (value === "max" || value === "0") return Number.POSITIVE_INFINITY;
  const factor = Number(value);
  if (value.trim() !== "" && Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError("Expected a number above 0, or max.");
}
