import { createAccess, encodeShareAnswer, ShareAccess, ShareDesk, type ShareAnswer } from "#http";
import type { Latest, Principal } from "#ports";
import type { SqliteStore } from "#store";
import { FIRST_WORKSPACE } from "#wire";
import { askServer } from "./ask-server.ts";
import { systemClock } from "./clock.ts";
import { onlineOrAtRest, type Place } from "./place.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is to be shared; exactly one of the first four. */
export interface ShareOrder {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly fence?: string;
  /** West, south, east and north with commas between them. */
  readonly box?: string;
  readonly name: string;
  /** Hours until the link ends; never when absent. */
  readonly hours?: number;
  readonly track: boolean;
  /** Minutes. */
  readonly delay?: number;
  /** Metres. */
  readonly blur?: number;
}

/** Whoever has the data folder may do everything. */
const operatorOf = ({ workspace = FIRST_WORKSPACE }: Place): Principal => ({
  workspace,
  scopes: ["admin"],
  register: true,
  via: "token",
  id: "command-line",
});

/** Nothing moves while the server is stopped, and who may do everything is shown nothing by it. */
const nothingLive: Latest = { get: () => undefined, all: () => [], count: () => 0, seq: 0 };

const deskOf = (store: SqliteStore): ShareDesk => {
  const access = createAccess({ ...store, clock: systemClock });
  const shareLinks = new ShareAccess({ ...store, access, clock: systemClock });
  return new ShareDesk({ ...store, latest: nothingLive, access, shareLinks, clock: systemClock });
};

const whatOf = ({ devices, groups, fence, box }: ShareOrder): object => {
  const given = [
    ...(devices.length > 0 ? [{ devices }] : []),
    ...(groups.length > 0 ? [{ groups }] : []),
    ...(fence === undefined ? [] : [{ area: fence }]),
    ...(box === undefined ? [] : [{ area: box.split(",").map(Number) }]),
  ];
  const [what] = given;
  if (what !== undefined && given.length === 1) return what;
  throw new Error("say what to share with one of --device, --group, --fence and --box");
};

const bodyOf = (order: ShareOrder): Readonly<Record<string, unknown>> => {
  const { name, hours, track, delay, blur } = order;
  return {
    name,
    what: whatOf(order),
    track,
    ...(hours !== undefined && { to: systemClock.now() + hours * 3_600_000 }),
    ...(delay !== undefined && { delaySeconds: delay * 60 }),
    ...(blur !== undefined && { blurMeters: blur }),
  };
};

/** `whereabouts share create`: prints the link alone on stdout. */
export async function createShare(place: Place, order: ShareOrder, around: Surroundings): Promise<number> {
  const fields = bodyOf(order);
  const made = await onlineOrAtRest(
    place,
    async () =>
      (await askServer(place, {
        method: "POST",
        path: "/api/shares",
        body: JSON.stringify(fields),
      })) as { readonly id: string; readonly url: string },
    async (store) => {
      const { share, path } = await deskOf(store).create(operatorOf(place), fields);
      return { id: share.id, url: new URL(path, place.url).href };
    },
  );
  around.stderr.write(`${made.id}; the link is shown this once, and whoever has it can look:\n`);
  around.stdout.write(`${made.url}\n`);
  return 0;
}

/** `whereabouts share list`. */
export async function listShares(place: Place, around: Surroundings): Promise<number> {
  const shares = await onlineOrAtRest(
    place,
    async () =>
      (
        (await askServer(place, { method: "GET", path: "/api/shares?limit=1000" })) as {
          shares: ShareAnswer[];
        }
      ).shares,
    async (store) => (await deskOf(store).list(operatorOf(place))).map(encodeShareAnswer),
  );
  for (const { id, name, what, to, revokedAt, views, createdBy } of shares) {
    const end = revokedAt === null ? to !== null && `until ${to}` : "revoked";
    const parts = [id, name, JSON.stringify(what), createdBy.name, `opened ${views} times`, end];
    around.stdout.write(`${parts.filter(Boolean).join("  ")}\n`);
  }
  if (shares.length === 0) around.stderr.write("there are no share links\n");
  return 0;
}

/** `whereabouts share revoke`. */
export async function revokeShare(place: Place, id: string, around: Surroundings): Promise<number> {
  await onlineOrAtRest(
    place,
    async () => {
      await askServer(place, { method: "DELETE", path: `/api/shares/${encodeURIComponent(id)}` });
    },
    (store) => deskOf(store).revoke(operatorOf(place), id),
  );
  around.stderr.write(`${id} is revoked\n`);
  return 0;
}
