import { type Command, Option } from "commander";
import { type Part, PARTS } from "./bench/part.ts";
import type { BenchOrder } from "./bench/push.ts";
import { type Done, withOptions } from "./cli-options.ts";
import { wholeNumber } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** `whereabouts bench`. */
export function addBench(program: Command, around: Surroundings, done: Done): void {
  const bench = program.command("bench").description("measure what this machine holds");
  const size = (flag: string, what: string, usual: number, most: number): Option =>
    new Option(`--${flag} <number>`, what).default(usual).argParser(wholeNumber(1, most));
  const push = bench.command("push").description("live push: memory, latency and bytes of many viewers");
  withOptions(push, [
    new Option(
      "--connections <number>",
      "measure only so many idle connections, on the WebSocket unless --only says otherwise",
    ).argParser(wholeNumber(1, 100_000)),
    new Option("--only <part>", "measure this part alone").choices(PARTS),
    size("idle", "idle connections of a whole run, on each transport", 10_000, 100_000),
    size("hold", "seconds for which idle connections are held", 30, 3_600),
    size("devices", "devices of the city, each once a second", 20_000, 100_000),
    size("viewers", "viewers of the city, each sees a hundredth of it", 2_000, 15_000),
    size("seconds", "seconds for which city and hot spot are measured", 15, 3_600),
    size("hot", "viewers of the same 500 devices", 5_000, 15_000),
    size("storm", "clients that come back at once", 10_000, 15_000),
    size("polling", "viewers who poll a list each second, and to whom the same is pushed", 1_000, 15_000),
    size("polling-devices", "devices that they see a hundredth of, each once a second", 5_000, 100_000),
    new Option("--gateways <number>", "gateways of the server; more where connections ask for more")
      .default(0)
      .argParser(wholeNumber(0, 16)),
    size("clients", "processes of clients", 2, 16),
    new Option("--seed <number>", "another seed, other places")
      .default(1)
      .argParser(wholeNumber(0, 2 ** 32 - 1)),
    new Option("--json", "nothing but the figures").default(false),
  ]);
  type Flags = Omit<BenchOrder, "connections" | "parts" | "quiet"> & {
    readonly connections?: number;
    readonly only?: Part;
    readonly idle: number;
    readonly json: boolean;
  };
  push.action(async ({ connections, only, idle, json, ...sizes }: Flags) => {
    const { benchPush } = await import("./bench/push.ts");
    const one = only ?? (connections === undefined ? undefined : "ws");
    const parts = one === undefined ? PARTS : [one];
    done(await benchPush({ ...sizes, connections: connections ?? idle, parts, quiet: json }, around));
  });
}
