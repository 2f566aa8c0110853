import { constants, existsSync, readFileSync, statSync } from "node:fs";
import { access, readdir, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { openSqliteStore } from "#store";
import { missingAssets } from "./assets.ts";
import type { Surroundings } from "./surroundings.ts";
import { isInUse } from "./place.ts";
import { origin } from "./addresses.ts";

/** What one look found. `bad` keeps a server from working, `warn` is worth a thought. */
interface Finding {
  readonly state: "good" | "warn" | "bad";
  readonly text: string;
}

/** What is looked at. */
export interface DoctorOrder {
  readonly host: string;
  readonly port: number;
  /** Absolute path of the data folder. */
  readonly data: string;
}

const LEAST_NODE = 24;
const MEGABYTE = 1e6;
const LEAST_FILES = 4096;
/** No clock that is right can be before this version was written. */
const WRITTEN = Date.parse("2026-01-01T00:00:00Z");

/** `whereabouts doctor`: prints one line a finding; answers 1 when one of them is bad. */
export async function doctor(order: DoctorOrder, around: Surroundings): Promise<number> {
  const store = await storeFinding(order.data);
  const findings: Finding[] = [
    nodeFinding(),
    await folderFinding(order.data),
    store.finding,
    await spaceFinding(order.data),
    await portFinding(order, store.inUse),
    filesFinding(),
    await clockFinding(order.data),
    assetsFinding(),
  ];
  const signs = { good: "ok  ", warn: "note", bad: "BAD " };
  for (const { state, text } of findings) around.stdout.write(`${signs[state]}  ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}

function nodeFinding(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= LEAST_NODE
    ? { state: "good", text: `Node ${process.versions.node}` }
    : { state: "bad", text: `Node ${process.versions.node} is too old; ${LEAST_NODE} or newer is needed` };
}

async function folderFinding(data: string): Promise<Finding> {
  const folder = nearestExisting(data);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    return { state: "bad", text: `${folder} is not writable for this user` };
  }
  if (folder === data) return { state: "good", text: `data folder ${data} is writable` };
  return { state: "good", text: `data folder ${data} does not exist yet; it can be made` };
}

function nearestExisting(path: string): string {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** Opens the store as a server would, which takes the lock and reads every header, and has it check itself. */
async function storeFinding(data: string): Promise<{ finding: Finding; inUse: boolean }> {
  if (!existsSync(data) || (await readdir(data)).length === 0) {
    return { finding: { state: "good", text: "nothing is stored yet" }, inUse: false };
  }
  try {
    const store = await openSqliteStore({ folder: data });
    try {
      const problems = await store.upkeep.check();
      const { devices, fixes, events } = await store.upkeep.figures();
      const finding: Finding =
        problems.length === 0
          ? { state: "good", text: `files are sound: ${devices} devices, ${fixes} fixes, ${events} events` }
          : { state: "bad", text: `files are damaged: ${problems.join("; ")}` };
      return { finding, inUse: false };
    } finally {
      await store.close();
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const inUse = isInUse(error);
    return { finding: { state: inUse ? "warn" : "bad", text }, inUse };
  }
}

async function spaceFinding(data: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestExisting(data));
  const free = Math.floor((bavail * bsize) / MEGABYTE);
  const text = `${free} MB free on the disk of the data folder`;
  if (free < 100) return { state: "bad", text };
  return { state: free < 1000 ? "warn" : "good", text };
}

async function portFinding({ host, port }: DoctorOrder, inUse: boolean): Promise<Finding> {
  const address = origin(false, host, port);
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const probe = createServer();
    probe.once("error", resolve);
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (failure === undefined) return { state: "good", text: `${address} is free` };
  if (failure.code !== "EADDRINUSE")
    return { state: "bad", text: `cannot listen on ${address}: ${failure.message}` };
  if (inUse) return { state: "good", text: `${address} is taken, most likely by the server that runs` };
  return { state: "bad", text: `${address} is taken by another program; choose another with --port` };
}

/** Every viewer and every device that keeps its connection holds a file. */
function filesFinding(): Finding {
  const path = "/proc/self/limits";
  const line = existsSync(path) ? /^Max open files\s+(\d+)/m.exec(readFileSync(path, "utf8")) : null;
  if (line === null) return { state: "good", text: "the limit of open files is not known on this system" };
  const limit = Number(line[1]);
  const text = `${limit} files may be open at once`;
  if (limit >= LEAST_FILES) return { state: "good", text };
  return { state: "warn", text: `${text}; each connection takes one, raise it with ulimit -n` };
}

async function clockFinding(data: string): Promise<Finding> {
  const now = Date.now();
  const said = new Date(now).toISOString();
  if (now < WRITTEN) return { state: "bad", text: `the clock says ${said}, which is past; set it` };
  const files = existsSync(data) ? await readdir(data) : [];
  const newest = Math.max(0, ...files.map((file) => statSync(join(data, file)).mtimeMs));
  if (newest > now + 60_000) {
    const written = new Date(newest).toISOString();
    return { state: "warn", text: `the clock says ${said}, but the data folder was written at ${written}` };
  }
  return { state: "good", text: `the clock says ${said}` };
}

function assetsFinding(): Finding {
  const missing = missingAssets();
  return missing.length === 0
    ? { state: "good", text: "page, basemap and demo data are there" }
    : { state: "bad", text: `missing: ${missing.join(", ")}; run npm run build` };
}
