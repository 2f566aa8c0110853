import type { ShareMaker, ShareRecord } from "#ports";
import { formatTime, type ShareWhat } from "#wire";

/** What a share shows, in answers: times in RFC 3339. */
export type ShareWhatBody =
  | Exclude<ShareWhat, { readonly trip: unknown }>
  | { readonly trip: { readonly device: string; readonly from: string; readonly to: string } };

/** A share in answers and in the audit log, without its secret; `null` for what it has not. */
export interface ShareBody {
  readonly id: string;
  readonly name: string;
  readonly what: ShareWhatBody;
  readonly from: string | null;
  readonly to: string | null;
  readonly track: boolean;
  readonly delaySeconds: number | null;
  readonly blurMeters: number | null;
  readonly embed: readonly string[];
  readonly createdBy: ShareMaker & { readonly name: string | null };
  readonly createdAt: string;
}

/** A share with what happened to it. */
export interface ShareAnswer extends ShareBody {
  readonly revokedAt: string | null;
  readonly views: number;
  readonly lastViewedAt: string | null;
}

const timeOf = (time: number | undefined): string | null => (time === undefined ? null : formatTime(time));

const whatOf = (what: ShareWhat): ShareWhatBody => {
  if (!("trip" in what)) return what;
  const { device, from, to } = what.trip;
  return { trip: { device, from: formatTime(from), to: formatTime(to) } };
};

/** What was decided about a share. */
export const encodeShare = (share: ShareRecord): ShareBody => ({
  id: share.id,
  name: share.name,
  what: whatOf(share.what),
  from: timeOf(share.from),
  to: timeOf(share.to),
  track: share.track,
  delaySeconds: share.delaySeconds ?? null,
  blurMeters: share.blurMeters ?? null,
  embed: share.embed ?? [],
  createdBy: { ...share.by, name: share.byName ?? null },
  createdAt: formatTime(share.createdAt),
});

/** All of a share that answers show. */
export const encodeShareAnswer = (share: ShareRecord): ShareAnswer => ({
  ...encodeShare(share),
  revokedAt: timeOf(share.revokedAt),
  views: share.views,
  lastViewedAt: timeOf(share.lastViewedAt),
});
