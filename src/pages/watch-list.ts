import type { Watch } from "#wire";
import type { Names, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { noticeAbove } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { manages } from "./masthead.ts";
import { plain } from "./plain-pages.ts";
import { watchKinds } from "./watch-fields.ts";
import { sentence, watchWords } from "./words.ts";

/** Everything that the list of watches shows. */
export interface WatchListPage {
  readonly watches: readonly Watch[];
  /** Names of devices and fences that the watches name. */
  readonly names: Names;
  readonly notice?: Notice | undefined;
}

/** All watches and what they look for. */
export function watchListPage(frame: Frame, page: WatchListPage): string {
  const admin = manages(frame.reader);
  return plain(
    frame,
    html`<div class="head">
        <h1>Watches</h1>
        ${admin && html`<a class="button primary" href="/watches/new">New watch</a>`}
      </div>
      ${noticeAbove(page.notice)}
      ${
        page.watches.length === 0
          ? empty(admin)
          : listTable(
              "watches",
              ["Watch", "Kind"],
              page.watches.map((watch) => row(watch, page, admin)),
            )
      }`,
    { here: "/watches", wide: true },
  );
}

function empty(admin: boolean): Html {
  return html`<div class="empty-page">
    <p>
      No watch yet. Fences tell who enters and leaves; a watch tells who falls silent, drives too fast, stops,
      is missing, or comes near another.
    </p>
    ${admin && html`<p>Its events appear in the feed; a rule decides who is told of them.</p>`}
  </div>`;
}

function row(watch: Watch, { names }: WatchListPage, admin: boolean): Html {
  const { id, name, kind } = watch;
  const link = html`<a class="row-link" href="/watches/${encodeURIComponent(id)}">${name}</a>`;
  return html`<li>
    <div class="cell-main">
      <h2>${admin ? link : name}</h2>
      <p>${sentence(watchWords(watch, names))}</p>
    </div>
    ${cell("Kind", watchKinds.find((known) => known.kind === kind)?.title ?? kind)}
  </li>`;
}
