import type { EpochMs } from "#geo";
import type { ShareTerms } from "#wire";
import type { Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { ageOf } from "./event-feed.ts";
import { noticeAbove } from "./form-parts.ts";
import { formatCount } from "./format.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { plain } from "./plain-pages.ts";
import { conditionsOf } from "./share-page.ts";

/** A share link as a row. */
export interface ShareRow extends ShareTerms {
  readonly id: string;
  /** What it shows, in words. */
  readonly shows: string;
  readonly byName?: string | undefined;
  readonly views: number;
  readonly lastViewedAt?: EpochMs | undefined;
  readonly revokedAt?: EpochMs | undefined;
}

/** Everything that the list of share links shows. */
export interface ShareListPage {
  readonly shares: readonly ShareRow[];
  readonly now: EpochMs;
  readonly notice?: Notice | undefined;
}

/** Share links: those that hold, then those that have ended. */
export function shareListPage(frame: Frame, { shares, now, notice }: ShareListPage): string {
  const isOver = ({ revokedAt, to }: ShareRow): boolean =>
    revokedAt !== undefined || (to !== undefined && to <= now);
  const [holding, over] = [shares.filter((share) => !isOver(share)), shares.filter(isOver)];
  return plain(
    frame,
    html`<div class="head">
        <h1>Share links</h1>
        <a class="button primary" href="/shares/new">New share link</a>
      </div>
      ${noticeAbove(notice)} ${shares.length === 0 ? nothing() : table(holding, now)}
      ${
        over.length > 0 &&
        html`<section>
          <h2>Ended</h2>
          ${table(over, now)}
        </section>`
      }`,
    { here: "/shares", wide: true },
  );
}

function nothing(): Html {
  return html`<div class="empty-page">
    <p>
      Nothing is shared yet. A link shows a device, a group, an area or a trip on a map to whoever has it,
      without an account: for as long as you like, as exactly and as late as you like.
    </p>
  </div>`;
}

const table = (shares: readonly ShareRow[], now: EpochMs): Html =>
  listTable(
    "shares",
    ["Link", "Made by", "Opened", "Last"],
    shares.map((share) => row(share, now)),
  );

function row(share: ShareRow, now: EpochMs): Html {
  const { id, name, shows, byName, views, lastViewedAt, revokedAt } = share;
  const notes = [...conditionsOf({ ...share, what: { devices: [] } }, now)];
  return html`<li>
    <div class="cell-main">
      <h2>
        <a class="row-link" href="/shares/${encodeURIComponent(id)}">${name || shows}</a>${
          revokedAt !== undefined && html` <span class="badge">revoked</span>`
        }
      </h2>
      ${name !== "" && html`<p>${shows}</p>`}
      ${
        (notes.length > 0 || share.track) &&
        html`<p class="limits">
          ${[...notes, ...(share.track ? [html`With the way so far`] : [])].map(
            (note, index) => html`${index > 0 && " · "}${note}`,
          )}
        </p>`
      }
    </div>
    ${cell("Made by", byName ?? "who runs the server")} ${cell("Opened", formatCount(views))}
    ${cell("Last", lastViewedAt === undefined ? "–" : ageOf(lastViewedAt, now))}
  </li>`;
}
