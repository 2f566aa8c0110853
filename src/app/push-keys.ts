import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateVapidKeys } from "#deliver";

/** The pair of keys with which this server signs what it sends to push services (RFC 8292), base64url. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/**
 * The keys of a data folder, made at the first start: browsers that subscribed with them would not take another
 * server's messages. Only the owner of the folder may read them.
 *
 * @throws Error when the file holds no keys
 */
export async function pushKeysOf(folder: string): Promise<PushKeys> {
  const path = join(folder, "push-keys.json");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) {
    const keys = generateVapidKeys();
    await writeFile(path, `${JSON.stringify(keys)}\n`, { mode: 0o600, flag: "wx" });
    return keys;
  }
  return read(path, text);
}

function read(path: string, text: string): PushKeys {
  try {
    const { publicKey, privateKey } = JSON.parse(text) as Partial<PushKeys>;
    if (typeof publicKey === "string" && typeof privateKey === "string") return { publicKey, privateKey };
  } catch {
    // Said below, whatever is wrong with it.
  }
  throw new Error(`${path} holds no pair of push keys; remove it, and browsers subscribe anew`);
}
