import type { EpochMs } from "#geo";
import type { AttemptRow } from "./definition-views.ts";
import { ageOf, eventHref } from "./event-feed.ts";
import { eventSentence } from "./event-words.ts";
import { formatAge, formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import type { EventRow } from "./views.ts";

/** An alert as tables show it. */
export interface AlertRow {
  readonly event: EventRow;
  /** Absent in a table that is about one target. */
  readonly target?: { readonly id: string; readonly name: string } | undefined;
  readonly rules: readonly string[];
  readonly state: "queued" | "sent" | "dead";
  readonly at: EpochMs;
  /** Of a waiting one: when it is tried again; 0 before the first try. */
  readonly dueAt: EpochMs;
  readonly text?: string | undefined;
  readonly error?: string | undefined;
  readonly tries: readonly AttemptRow[];
}

const states: Readonly<Record<AlertRow["state"], string>> = {
  queued: "waiting",
  sent: "sent",
  dead: "given up",
};

/** A moment in full, for tables of facts. */
export function moment(time: EpochMs): Html {
  return html`<time datetime="${isoTime(time)}">${formatTime(time)}</time>`;
}

function attempts({ tries }: AlertRow): Html | undefined {
  if (tries.length === 0) return undefined;
  return html`<details class="tries">
    <summary>${tries.length === 1 ? "1 attempt" : `${tries.length} attempts`}</summary>
    <ol>
      ${tries.map(
        ({ at, duration, status, error }) =>
          html`<li>
            ${moment(at)} <span class="number">${Math.round(duration)} ms</span> ${
              error === undefined ? "taken" : html`<span class="bad">${error}</span>`
            }${status !== undefined && html` <span class="number">${status}</span>`}
          </li>`,
      )}
    </ol>
  </details>`;
}

/** Alerts with what became of them: about which event, or to which target. */
export function alertTable(alerts: readonly AlertRow[], about: "event" | "target", now: EpochMs): Html {
  return listTable(
    "alerts",
    [about === "event" ? "Event" : "Target", "Rule", "State", "Raised"],
    alerts.map((alert) => row(alert, about, now)),
  );
}

function subjectOf({ event, target }: AlertRow, about: "event" | "target"): Html | string {
  if (about === "event") return html`<a href="${eventHref(event.id)}">${eventSentence(event)}</a>`;
  if (target === undefined) return "a target";
  return html`<a href="/targets/${encodeURIComponent(target.id)}">${target.name}</a>`;
}

function row(alert: AlertRow, about: "event" | "target", now: EpochMs): Html {
  const { rules, state, dueAt, text, error, at } = alert;
  const again = state === "queued" && dueAt > now;
  return html`<li>
    <div class="cell-main">
      <p class="subject">${subjectOf(alert, about)}</p>
      ${text !== undefined && html`<p class="limits">“${text}”</p>`}
      ${error !== undefined && state !== "sent" && html`<p class="bad">${error}</p>`} ${attempts(alert)}
    </div>
    ${cell("Rule", rules.join(", ") || "–")}
    ${cell(
      "State",
      html`<span class="state" data-state="${state}">${states[state]}</span>${
          again && html`<span class="quiet again">again in ${formatAge(dueAt - now)}</span>`
        }`,
    )}
    ${cell("Raised", ageOf(at, now))}
  </li>`;
}
