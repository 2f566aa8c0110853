import type { EpochMs } from "#geo";
import type { Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { ageOf } from "./event-feed.ts";
import { formatCount } from "./format.ts";
import { noticeAbove } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import { cell, listTable } from "./list-table.ts";
import { plain } from "./plain-pages.ts";
import { kindName, placeOf, targetKinds } from "./target-fields.ts";
import { stateWord, type TargetRow } from "./target-views.ts";

/** Everything that the list of targets shows. */
export interface TargetListPage {
  readonly targets: readonly TargetRow[];
  /** Can browsers be notified? */
  readonly push: boolean;
  readonly notice?: Notice | undefined;
  readonly now: EpochMs;
}

/** All targets and how they are doing. */
export function targetListPage(frame: Frame, page: TargetListPage): string {
  return plain(
    frame,
    html`<div class="head">
        <h1>Targets</h1>
        ${page.push && notifyButton()} <a class="button primary" href="/targets/new">New target</a>
      </div>
      ${page.push && html`<output class="notice" id="push-result" aria-live="polite"></output>`}
      ${noticeAbove(page.notice)}
      ${
        page.targets.length === 0
          ? empty()
          : listTable(
              "targets",
              ["Target", "State", "Sent", "Failed", "Waiting", "Given up"],
              page.targets.map((row) => item(row, page.now)),
            )
      }`,
    { here: "/targets", wide: true },
  );
}

/** Shown by the browser's script where the browser can; it subscribes, and makes a target of itself. */
function notifyButton(): Html {
  return html`<button type="button" id="push-subscribe" hidden>${icon("bell")}Notify this browser</button>`;
}

function empty(): Html {
  return html`<div class="empty-page">
    <p>Nobody can be told of anything yet. A target is where alerts go; rules name it.</p>
    ${kindList()}
  </div>`;
}

function kindList(): Html {
  return html`<ul class="kinds">
    ${targetKinds.map(
      ({ kind, title, text }) =>
        html`<li>
          <a href="/targets/new?kind=${kind}"><b>${title}</b> <span>${text}</span></a>
        </li>`,
    )}
  </ul>`;
}

/** The kinds of targets, to begin with one. */
export function targetKindsPage(frame: Frame, push: boolean): string {
  return plain(
    frame,
    html`<h1>New target</h1>
      <p>Where should alerts go?</p>
      ${kindList()}
      <p class="hint">
        ${
          push
            ? html`Or to a browser: open <a href="/targets">the list of targets</a> in it and press “Notify
                this browser”.`
            : "Notifications in a browser need a key for web push, which this server does not have."
        }
      </p>`,
    { here: "/targets" },
  );
}

function item(row: TargetRow, now: EpochMs): Html {
  const { target, health } = row;
  const { name, id, enabled, kind } = target;
  const waiting = html`${formatCount(health.queued)}${
    health.oldestAt !== undefined && html` <span class="quiet">${ageOf(health.oldestAt, now)}</span>`
  }`;
  return html`<li ${!enabled && html`data-off`}>
    <div class="cell-main">
      <h2><a class="row-link" href="/targets/${encodeURIComponent(id)}">${name}</a></h2>
      <p><span class="kind">${kindName(kind)}</span> <span class="address">${placeOf(target)}</span></p>
    </div>
    ${cell("State", stateWord(row))} ${cell("Sent", formatCount(health.sent))}
    ${cell("Failed", formatCount(health.failed))} ${cell("Waiting", waiting)}
    ${cell("Given up", formatCount(health.dead), health.dead > 0)}
  </li>`;
}
