import type { FastifyInstance } from "fastify";
import { sharePage } from "#pages";
import { askText } from "./ask.ts";
import type { PageKit } from "./page-kit.ts";
import type { ShareAccess } from "./share-access.ts";
import { ShareDoor } from "./share-door.ts";
import { ShareTracks, type ShareTrackPorts } from "./share-track.ts";

/** What the pages of share links are made of. */
export interface ShareViewPorts extends ShareTrackPorts {
  readonly shareLinks: ShareAccess;
}

/** Tracks that a page asks for by itself. */
const MOST_TRACKS = 20;

const PUBLIC = { config: { access: "public" }, exposeHeadRoute: false } as const;

/** `/s/{secret}` and what it loads: the only pages that show something to who has no account. */
export const addShareView = (server: FastifyInstance, kit: PageKit, ports: ShareViewPorts): void => {
  const door = new ShareDoor(ports.shareLinks, ports.clock);
  const tracks = new ShareTracks(ports);

  server.get("/s/:secret", PUBLIC, async (request, reply) => {
    // Before anything can fail: no search engine is to keep an answer of a secret address.
    reply.header("x-robots-tag", "noindex, nofollow");
    const open = await door.open(request);
    const { share } = open;
    const embedded = "embed" in (request.query as object);
    ports.shareLinks.views.count(share);
    const page = sharePage(kit.frame(request, share.name || "Shared"), {
      name: share.name,
      now: ports.clock.now(),
      embedded,
      tracks: share.track ? tracks.namedBy(open).slice(0, MOST_TRACKS) : [],
      terms: share,
    });
    return kit.send(reply, page, embedded ? share.embed : undefined);
  });

  server.get("/s/:secret/track.json", PUBLIC, async (request, reply) => {
    reply.header("x-robots-tag", "noindex, nofollow").header("cache-control", "no-store");
    const open = await door.open(request);
    const stretches = await tracks.read(open, askText(request, "device") ?? "");
    return { stretches: stretches.map((all) => all.map(({ time, lon, lat }) => [time, lon, lat])) };
  });
};
