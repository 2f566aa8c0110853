import type { EpochMs } from "#geo";
import { alertTable, type AlertRow } from "./alert-table.ts";
import type { Choice, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { ageOf } from "./event-feed.ts";
import { formatCount } from "./format.ts";
import { noticeAbove } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { kindName, placeOf } from "./target-fields.ts";
import { stateWord, type TargetRow } from "./target-views.ts";

/** Everything that the page of one target shows. */
export interface TargetPage extends TargetRow {
  /** Given up, newest first. */
  readonly dead: readonly AlertRow[];
  /** Waiting, oldest first. */
  readonly waiting: readonly AlertRow[];
  /** Sent last, newest first. */
  readonly sent: readonly AlertRow[];
  /** Rules that name it. */
  readonly rules: readonly Choice[];
  readonly notice?: Notice | undefined;
  readonly now: EpochMs;
}

/** One target: how it is doing, what waits, what was given up, what was sent. */
export function targetPage(frame: Frame, page: TargetPage): string {
  const { target, notice } = page;
  const base = `/targets/${encodeURIComponent(target.id)}`;
  return plain(
    frame,
    html`<div class="head">
        <div>
          <h1>${target.name}</h1>
          <p class="under-title">
            <span class="kind">${kindName(target.kind)}</span> <span class="address">${placeOf(target)}</span>
          </p>
        </div>
        <form method="post" action="${base}/test"><button>Send a test</button></form>
        <a class="button" href="${base}/edit">Edit</a>
      </div>
      ${noticeAbove(notice)} ${facts(page)} ${dead(page, base)} ${list("Waiting", page.waiting, page.now)}
      ${list("Sent last", page.sent, page.now)}
      ${page.dead.length + page.waiting.length + page.sent.length === 0 && nothing(page)} ${rules(page)}
      ${end(page, base)}`,
    { here: "/targets", wide: true },
  );
}

function facts(page: TargetPage): Html {
  const { health, now } = page;
  const fact = (term: string, value: Html | string): Html =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="figures">
    ${fact("State", stateWord(page))}
    ${health.failingSince !== undefined && fact("Failing for", ageOf(health.failingSince, now))}
    ${fact("Sent", formatCount(health.sent))} ${fact("Failed attempts", formatCount(health.failed))}
    ${fact("Waiting", formatCount(health.queued))}
    ${health.oldestAt !== undefined && fact("Oldest", ageOf(health.oldestAt, now))}
    ${fact("Given up", formatCount(health.dead))}
  </dl>`;
}

function dead({ dead, health, now }: TargetPage, base: string): Html {
  return html`<section>
    <h2>Given up</h2>
    ${
      dead.length === 0
        ? html`<p class="none">Nothing. Alerts that a target does not take for days end here.</p>`
        : alertTable(dead, "event", now)
    }
    ${
      health.dead > dead.length &&
      html`<p class="hint">The newest ${dead.length} of ${formatCount(health.dead)}.</p>`
    }
    <div class="redrive">
      ${
        health.dead > 0 &&
        html`<form method="post" action="${base}/redrive">
          <button name="which" value="dead">Send these again</button>
        </form>`
      }
      <details>
        <summary>Send everything again since …</summary>
        <form method="post" action="${base}/redrive" class="row">
          <input
            type="datetime-local"
            name="from"
            aria-label="Since, in UTC"
            value="${new Date(now - 3_600_000).toISOString().slice(0, 16)}"
            required
          />
          <span class="unit">UTC</span>
          <button name="which" value="since">Send again</button>
        </form>
        <p class="hint">
          Also what was sent already: for a receiver that lost its data. Every alert keeps its id.
        </p>
      </details>
    </div>
  </section>`;
}

function list(title: string, alerts: readonly AlertRow[], now: EpochMs): Html | undefined {
  if (alerts.length === 0) return undefined;
  return html`<section>
    <h2>${title}</h2>
    ${alertTable(alerts, "event", now)}
  </section>`;
}

function nothing({ rules }: TargetPage): Html {
  return html`<p class="none">
    ${
      rules.length === 0
        ? html`No rule names this target yet. <a href="/rules/new">Make a rule</a>, so that something is sent.`
        : "No alert yet. A test shows whether it would arrive."
    }
  </p>`;
}

function rules({ rules }: TargetPage): Html | undefined {
  if (rules.length === 0) return undefined;
  return html`<section>
    <h2>Rules that tell it</h2>
    <ul class="links">
      ${rules.map(({ value, label }) => html`<li><a href="/rules/${encodeURIComponent(value)}">${label}</a></li>`)}
    </ul>
  </section>`;
}

function end({ target }: TargetPage, base: string): Html {
  return html`<div class="form-end">
    ${
      target.kind === "webhook" &&
      html`<form method="post" action="${base}/rotate">
        <button>New secret, keeping the old one</button>
      </form>`
    }
    <a class="button danger" href="${base}/delete">Delete …</a>
  </div>`;
}
