import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const lock = join(tmpdir(), "whereabouts-install-chromium.lock");
const LOCK_STALE_MS = 10 * 60_000;

/** WebGL in software, and nothing that calls out. */
const args = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts the Chromium of this machine, headless; installs it first when root and apt are there. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args });
}

/**
 * Path of the system's Chromium.
 *
 * @throws Error with a sentence on what to install, where it cannot do so itself
 */
export async function chromiumPath(): Promise<string> {
  const present = find();
  if (present !== undefined) return present;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(
      `the tests in a real browser need Chromium: install it with your package manager, so that one of ${names.join(", ")} is on the PATH`,
    );
  }
  await underLock(() => {
    if (find() === undefined) install();
  });
  const installed = find();
  if (installed === undefined) throw new Error("apt-get installed chromium, yet it is not on the PATH");
  return installed;
}

function find(): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    "/usr/bin",
    "/usr/local/bin",
    "/snap/bin",
  ];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function install(): void {
  console.warn("installing chromium from the system's packages, once");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const command of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { status, stderr } = spawnSync("apt-get", ["-q", ...command], { env, encoding: "utf8" });
    if (status !== 0)
      throw new Error(`apt-get ${command.join(" ")} ended with ${String(status)}: ${stderr.slice(-500)}`);
  }
}

/** Test files run in several processes; only one of them may call apt. */
async function underLock(task: () => void): Promise<void> {
  for (;;) {
    try {
      closeSync(openSync(lock, "wx"));
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > LOCK_STALE_MS) rmSync(lock, { force: true });
      await sleep(500);
    }
  }
  try {
    task();
  } finally {
    rmSync(lock, { force: true });
  }
}
