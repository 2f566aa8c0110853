import type { EpochMs } from "#geo";
import { eventItem } from "./event-feed.ts";
import { formatCount } from "./format.ts";
import { select } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import type { EventRow } from "./views.ts";

/** What a rule would have said, as its form shows it. */
export interface Trial {
  /** Length of the span, in days. */
  readonly days: number;
  readonly alerts: number;
  readonly devices: number;
  readonly cooled: number;
  readonly failed: number;
  readonly error?: string | undefined;
  readonly withdrawn: number;
  readonly imported: number;
  /** Of the events that would alert the newest, newest first. */
  readonly events: readonly EventRow[];
  /** How many more there are. */
  readonly more: number;
}

/** Spans that can be tried, in days. */
export const trialSpans: readonly { readonly value: string; readonly label: string }[] = [
  { value: "1", label: "last 24 hours" },
  { value: "7", label: "last 7 days" },
  { value: "31", label: "last 31 days" },
];

const counted = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const spanText = (days: number): string => (days === 1 ? "the last 24 hours" : `the last ${days} days`);

/** The button that tries a rule on events of the past, and what came of it; stands in the form of the rule. */
export function trialPanel(action: string, span: string, trial: Trial | undefined, now: EpochMs): Html {
  return html`<section class="trial" id="try" aria-labelledby="try-title">
    <h2 id="try-title">Dry run</h2>
    <p class="hint">Who would have been told of what has been? Nothing is saved, nobody is told.</p>
    <div class="row">
      ${select({ name: "span", label: "Span of the dry run", value: span, choices: trialSpans })}
      <button formaction="${action}#try" name="do" value="try" formnovalidate data-partial>Try it</button>
    </div>
    <div class="outcome" aria-live="polite">${trial && outcome(trial, now)}</div>
  </section>`;
}

function outcome(trial: Trial, now: EpochMs): Html {
  const { days, alerts, devices, events, more } = trial;
  return html`<p class="trial-count">
      <b>${counted(alerts, "alert", "alerts")}</b>, ${counted(devices, "device", "devices")} over
      ${spanText(days)}
    </p>
    ${remarks(trial)}
    ${
      events.length > 0 &&
      html`<ol class="events">
        ${events.map((event) => eventItem(event, now, { to: "event" }))}
      </ol>`
    }
    ${more > 0 && html`<p class="hint">and ${formatCount(more)} before them</p>`}`;
}

function remarks({ alerts, cooled, failed, error, withdrawn, imported }: Trial): Html | false {
  const lines: string[] = [];
  if (cooled > 0) lines.push(`${counted(cooled, "event", "events")} more fell into the quiet time.`);
  if (withdrawn > 0) lines.push(`${counted(withdrawn, "was", "were")} withdrawn since and left out.`);
  if (imported > 0) lines.push(`${formatCount(imported)} of them came with an imported file.`);
  if (failed > 0)
    lines.push(`Of ${formatCount(failed)} the condition gave no answer: ${error ?? "unknown"}.`);
  if (alerts === 0 && lines.length === 0) lines.push("No event of that time fits the rule.");
  return (
    lines.length > 0 &&
    html`<ul class="remarks">
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`
  );
}
