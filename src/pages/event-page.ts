import type { EpochMs } from "#geo";
import { alertTable, moment, type AlertRow } from "./alert-table.ts";
import type { Frame } from "./document.ts";
import { ageOf, eventHref } from "./event-feed.ts";
import { eventRemarks, eventSentence } from "./event-words.ts";
import { formatPlace } from "./format.ts";
import { html, type Html, type Insert } from "./html.ts";
import { eventIcon, icon } from "./icons.ts";
import { cell, listTable } from "./list-table.ts";
import { layerTables, type PositionLayers } from "./layers.ts";
import { manages } from "./masthead.ts";
import { plain } from "./plain-pages.ts";
import type { EventRow } from "./views.ts";

/** Why one rule did, or did not, match. */
export interface RuleVerdict {
  readonly rule: string;
  readonly name: string;
  readonly matched: boolean;
  readonly reason: string;
}

/** Everything that the page of one event shows. */
export interface EventPage {
  readonly event: EventRow;
  readonly detectedAt: EpochMs;
  readonly fix: EpochMs;
  readonly withdrawnAt?: EpochMs | undefined;
  readonly late?: boolean | undefined;
  readonly imported?: boolean | undefined;
  /** Events that are about this one, and the one that this one is about. */
  readonly related: readonly EventRow[];
  /** Whom it was told to; of others than administrators only how many. */
  readonly alerts: readonly AlertRow[] | number;
  /** Absent when the position is too old to be judged again. */
  readonly layers?: PositionLayers | undefined;
  /** Of the position that confirmed it, where that was a later one. */
  readonly confirmed?: PositionLayers | undefined;
  /** Absent for who may not know the rules. */
  readonly rules?: readonly RuleVerdict[] | undefined;
  readonly now: EpochMs;
}

/** One event: the fact, its times, who was told, and why. */
export function eventPage(frame: Frame, page: EventPage): string {
  const { event, now, related } = page;
  const remarks = eventRemarks(event);
  return plain(
    frame,
    html`<div class="head">
        <div>
          <h1 class="event-title">${icon(eventIcon(event.type))}<span>${eventSentence(event)}</span></h1>
          <p class="under-title">
            ${remarks.length > 0 && html`${remarks.join(" · ")} · `}${ageOf(event.time, now)}
          </p>
        </div>
        <a class="button" href="${mapHref(event)}">On the map</a>
      </div>
      ${facts(page)}
      ${
        related.length > 0 &&
        html`<section>
          <h2>See also</h2>
          <ul class="links">
            ${related.map((other) => html`<li><a href="${eventHref(other.id)}">${eventSentence(other)}</a></li>`)}
          </ul>
        </section>`
      }
      ${told(page)} ${why(page)} ${rules(page, manages(frame.reader))}`,
    { here: "/events", wide: true },
  );
}

/** The device's panel, and the map where it happened. */
function mapHref({ device, lat, lon }: EventRow): string {
  return `/devices/${encodeURIComponent(device)}#15/${lat.toFixed(5)}/${lon.toFixed(5)}`;
}

function facts({ event, detectedAt, fix, withdrawnAt, late, imported }: EventPage): Html {
  const fact = (term: string, value: Insert): Html =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="figures">
    ${fact("Happened (UTC)", moment(event.time))} ${fact("Shown by the position of", moment(fix))}
    ${fact("Noticed", moment(detectedAt))}
    ${withdrawnAt !== undefined && fact("Withdrawn", moment(withdrawnAt))}
    ${late === true && fact("Found", "when the past was judged again")}
    ${imported === true && fact("Came from", "an imported file; nobody is told of those")}
    ${fact("Place", formatPlace(event.lon, event.lat))}
  </dl>`;
}

function told({ alerts, now }: EventPage): Html {
  const nobody = html`<p class="none">Nobody.</p>`;
  const count = typeof alerts === "number" ? alerts : alerts.length;
  return html`<section>
    <h2>Who was told</h2>
    ${
      count === 0
        ? nobody
        : typeof alerts === "number"
          ? html`<p>${count === 1 ? "One target." : `${count} targets.`}</p>`
          : alertTable(alerts, "target", now)
    }
  </section>`;
}

function why({ layers, confirmed }: EventPage): Html {
  return html`<section>
    <h2>Why it happened</h2>
    ${
      layers === undefined
        ? html`<p class="none">Its position is too old to be judged again; the numbers are gone.</p>`
        : html`${confirmed && html`<h3>At the first position that shows it</h3>`} ${layerTables(layers)}`
    }
    ${
      confirmed &&
      html`<h3>At the position that confirmed it</h3>
        ${layerTables(confirmed)}`
    }
  </section>`;
}

function rules({ rules }: EventPage, admin: boolean): Html | undefined {
  if (rules === undefined) return undefined;
  return html`<section>
    <h2>What each rule says</h2>
    ${
      rules.length === 0
        ? html`<p class="none">There is no rule.</p>`
        : listTable(
            "verdicts",
            ["Rule", "Says", "Because"],
            rules.map((verdict) => ruleRow(verdict, admin)),
          )
    }
  </section>`;
}

function ruleRow({ rule, name, matched, reason }: RuleVerdict, admin: boolean): Html {
  const says = html`<span class="state" data-state="${matched ? "yes" : "no"}"
    >${matched ? "matches" : "does not match"}</span
  >`;
  return html`<li>
    <div class="cell-main">
      ${admin ? html`<a href="/rules/${encodeURIComponent(rule)}">${name}</a>` : name}
    </div>
    ${cell("Says", says)} ${cell("Because", reason)}
  </li>`;
}
