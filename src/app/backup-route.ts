import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Upkeep } from "#ports";

/** Copies, and parts of copies, that the route below names; nothing else in the folder is called so. */
const COPY = /^backup-[\da-f]{8}-[\da-f-]{27}\.tmp/;

/** Removes copies that a process left which was killed while it made or sent them. Only before this one makes any. */
export async function removeOldCopies(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => COPY.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/**
 * `POST /api/backup`, for administrators of the server: a consistent copy of the store as one file, while it works. The copy is
 * made in the data folder first, where there is room for it, and removed when it was sent or the client left.
 */
export function addBackupRoute(
  server: FastifyInstance,
  upkeep: Pick<Upkeep, "backup">,
  folder: string,
): void {
  server.post("/api/backup", { config: { scope: "admin", server: true } }, async (_request, reply) => {
    const path = join(folder, `backup-${randomUUID()}.tmp`);
    const remove = (): Promise<void> => rm(path, { force: true });
    try {
      await upkeep.backup(path);
      const { size } = await stat(path);
      const file = createReadStream(path);
      file.once("close", () => void remove());
      return await reply
        .type("application/octet-stream")
        .header("content-length", size)
        .header("cache-control", "no-store")
        .send(file);
    } catch (error) {
      await remove();
      throw error;
    }
  });
}
