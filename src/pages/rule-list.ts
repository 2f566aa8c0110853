import type { EpochMs } from "#geo";
import type { Rule } from "#wire";
import { anyOf, ruleLimits, ruleWords, sentence } from "./words.ts";
import { nameOf, type Names, type Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { ageOf } from "./event-feed.ts";
import { noticeAbove } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { manages } from "./masthead.ts";
import { plain } from "./plain-pages.ts";

/** Everything that the list of rules shows. */
export interface RuleListPage {
  readonly rules: readonly Rule[];
  /** Names of devices, fences, watches and targets that the rules name. */
  readonly names: Names;
  /** When each rule last told somebody, as far as the newest alerts say. */
  readonly lastAlerts: ReadonlyMap<string, EpochMs>;
  readonly notice?: Notice | undefined;
  readonly now: EpochMs;
}

/** All rules: what they wait for, and whom they tell. */
export function ruleListPage(frame: Frame, page: RuleListPage): string {
  const admin = manages(frame.reader);
  return plain(
    frame,
    html`<div class="head">
        <h1>Rules</h1>
        ${admin && html`<a class="button primary" href="/rules/new">New rule</a>`}
      </div>
      ${noticeAbove(page.notice)} ${page.rules.length === 0 ? empty(admin) : rows(page, admin)}`,
    { here: "/rules", wide: true },
  );
}

function empty(admin: boolean): Html {
  return html`<div class="empty-page">
    <p>No rule yet, so nobody is told of anything: events only appear in the feed.</p>
    ${
      admin &&
      html`<p>
        A rule says who is told of what: <i>when a van leaves the depot at night, mail the dispatcher</i>.
        Before it is saved, a dry run shows what it would have said last week.
      </p>`
    }
  </div>`;
}

function rows(page: RuleListPage, admin: boolean): Html {
  const heads = admin ? ["Rule", "Tells", "Last alert"] : ["Rule"];
  return listTable(
    "rules",
    heads,
    page.rules.map((rule) => row(rule, page, admin)),
  );
}

function row(rule: Rule, { names, lastAlerts, now }: RuleListPage, admin: boolean): Html {
  const { id, name, enabled, targets } = rule;
  const limits = ruleLimits(rule, names);
  const last = lastAlerts.get(id);
  return html`<li ${!enabled && html`data-off`}>
    <div class="cell-main">
      <h2>
        ${admin ? html`<a class="row-link" href="/rules/${encodeURIComponent(id)}">${name}</a>` : name}${
          !enabled && html` <span class="badge">off</span>`
        }
      </h2>
      <p>${sentence(ruleWords(rule, names))}</p>
      ${limits.length > 0 && html`<p class="limits">${limits.join(" · ")}</p>`}
    </div>
    ${
      admin &&
      html`${cell(
        "Tells",
        anyOf(
          targets.map((target) => nameOf(names.targets, target)),
          "and",
        ),
      )}
      ${cell("Last alert", last === undefined ? "–" : ageOf(last, now))}`
    }
  </li>`;
}
