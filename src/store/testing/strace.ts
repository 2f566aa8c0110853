import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A system call that matters for durability, in the order in which the kernel finished it. */
export interface Traced {
  readonly kind: "sync" | "write";
  /** Path of the file, or what strace calls another descriptor, such as `pipe:[123]` or `TCP:[…]`. */
  readonly path: string;
  /** Beginning of what was written, as strace prints it; empty for a sync. */
  readonly text: string;
}

/** Is strace there? Installs it where root and apt are; answers why not otherwise. */
export function findStrace(): { readonly missing?: string } {
  const there = (): boolean => spawnSync("strace", ["-V"]).status === 0;
  if (there()) return {};
  if (process.getuid?.() !== 0) return { missing: "strace is not installed, and only root could install it" };
  spawnSync("apt-get", ["install", "-y", "-qq", "strace"], { stdio: "ignore" });
  return there() ? {} : { missing: "strace is not installed, and apt-get install strace failed" };
}

/** The command line before a program that makes strace write its syncs and writes to `output`. */
export const straceCommand = (output: string): readonly string[] => [
  ..."strace -f -qq -y -s 64 -e trace=fsync,fdatasync,write,writev,pwrite64,sendto -o".split(" "),
  output,
];

const CALL = /^(\d+) +(\w+)\((\d+)<(.*?)>(?:, (.*))?/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>/;

/** What `straceCommand` wrote. A call that was interrupted in the listing counts where it finished. */
export function readTrace(output: string): Traced[] {
  const traced: Traced[] = [];
  const unfinished = new Map<string, Traced>();
  for (const line of readFileSync(output, "utf8").split("\n")) {
    const resumed = RESUMED.exec(line);
    const call = CALL.exec(line);
    const failed = / = -1 /.test(line);
    if (resumed) {
      const begun = unfinished.get(resumed[1] ?? "");
      if (begun && !failed) traced.push(begun);
    } else if (call) {
      const [, thread = "", name = "", , path = "", rest = ""] = call;
      const sync = name === "fsync" || name === "fdatasync";
      const one: Traced = { kind: sync ? "sync" : "write", path, text: sync ? "" : rest };
      if (line.includes("<unfinished")) unfinished.set(thread, one);
      else if (!failed) traced.push(one);
    }
  }
  return traced;
}
