import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { restoreBackup } from "#store";
import type { Surroundings } from "./surroundings.ts";
import { connectTo } from "./client/connection.ts";
import { problemDetail } from "./client/sender.ts";
import { onlineOrAtRest, type Place } from "./place.ts";

/** `whereabouts backup`: writes the file under another name first, so that it is whole once it is there. */
export async function backupTo(file: string, place: Place, around: Surroundings): Promise<number> {
  const path = resolve(file);
  if (existsSync(path)) throw new Error(`${path} exists already; a backup overwrites nothing`);
  const part = `${path}.part`;
  await rm(part, { force: true });
  try {
    await onlineOrAtRest(
      place,
      () => download(place, part),
      (store) => store.upkeep.backup(part),
    );
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const { size } = await stat(path);
  around.stdout.write(`backup of ${(size / 1e6).toFixed(1)} MB in ${path}\n`);
  return 0;
}

async function download({ url, token }: Place, path: string): Promise<void> {
  const connection = connectTo(url, token);
  try {
    const answer = await connection.open({ method: "POST", path: "/api/backup" });
    if (answer.statusCode !== 200) {
      throw new Error(
        `${url.origin} answered ${String(answer.statusCode)}: ${problemDetail(await text(answer))}`,
      );
    }
    await pipeline(answer, createWriteStream(path, { flags: "wx" }));
  } finally {
    connection.close();
  }
}

/** `whereabouts restore`: fills a data folder that holds nothing yet. */
export async function restoreFrom(file: string, data: string, around: Surroundings): Promise<number> {
  restoreBackup(resolve(file), data);
  around.stdout.write(`restored into ${data}\n`);
  return 0;
}
