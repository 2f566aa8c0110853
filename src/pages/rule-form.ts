import type { EpochMs } from "#geo";
import type { EventType } from "#wire";
import type { Choice, FieldProblem } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { trialPanel, type Trial } from "./dry-run-panel.ts";
import { timeUnits } from "./field-text.ts";
import {
  beside,
  checked,
  part,
  picks,
  problemAbove,
  saveOnEnter,
  select,
  textArea,
  textField,
  tick,
} from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { eventIcon, icon } from "./icons.ts";
import { plain } from "./plain-pages.ts";
import { askableEvents, type RuleFields } from "./rule-fields.ts";
import { hoursFields } from "./schedule-fields.ts";
import { atFence, eventPhrases } from "./words.ts";

/** What the form of a rule offers to tick. */
export interface RuleChoices {
  readonly fences: readonly Choice[];
  readonly groups: readonly Choice[];
  readonly watches: readonly Choice[];
  readonly targets: readonly Choice[];
  readonly zones: readonly string[];
}

/** Everything that the form of a rule shows. */
export interface RuleFormPage {
  /** Absent for a new rule. */
  readonly id?: string;
  readonly fields: RuleFields;
  readonly choices: RuleChoices;
  readonly problem?: FieldProblem | undefined;
  /** Days of the dry run. */
  readonly span: string;
  readonly trial?: Trial | undefined;
  readonly now: EpochMs;
}

/** The page on which a rule is made, changed and tried. */
export function ruleFormPage(frame: Frame, page: RuleFormPage): string {
  const { id, fields, problem, span, trial, now } = page;
  const action = id === undefined ? "/rules/new" : `/rules/${encodeURIComponent(id)}`;
  return plain(
    frame,
    html`<h1>${id === undefined ? "New rule" : fields.name || "Rule"}</h1>
      ${problemAbove(problem)}
      <form method="post" action="${action}" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">${what(page)} ${who(page)} ${when(page)} ${onlyIf(page)} ${telling(page)}</div>
        ${trialPanel(action, span, trial, now)}
        <div class="form-end">
          <button class="primary" name="do" value="save">
            ${id === undefined ? "Make the rule" : "Save"}
          </button>
          <a class="button" href="/rules">Cancel</a>
          ${id !== undefined && html`<a class="button danger" href="${action}/delete">Delete …</a>`}
        </div>
      </form>`,
    { here: "/rules", wide: true },
  );
}

function what({ fields, choices, problem }: RuleFormPage): Html {
  const { name, enabled, events, fences } = fields;
  return html`${part(
    "Name",
    html`${textField({ name: "name", label: "What people call it", value: name, problem })}
    ${tick("enabled", "yes", "The rule is on", enabled)}`,
  )}
  ${part(
    "When a device …",
    html`<div class="tick-lists" id="events">
        ${eventTicks("at a fence", askableEvents.filter(atFence), events)}
        ${eventTicks(
          "anywhere",
          askableEvents.filter((type) => !atFence(type)),
          events,
        )}
      </div>
      ${beside(problem, "events")}`,
  )}
  ${part(
    "Where",
    picks({
      name: "fences",
      label: "Fences",
      choices: choices.fences,
      chosen: fences,
      empty: html`There is no fence yet. <a href="/fences">Draw one on the map</a>; until then any will do.`,
      problem,
    }),
    choices.fences.length > 0 && "Tick none to mean every fence.",
  )}`;
}

function eventTicks(where: string, types: readonly EventType[], events: readonly string[]): Html {
  return html`<div>
    <p class="hint">${where}</p>
    ${types.map((type) =>
      tick("events", type, html`${icon(eventIcon(type))}${eventPhrases[type]}`, events.includes(type)),
    )}
  </div>`;
}

function who({ fields, choices, problem }: RuleFormPage): Html {
  const { groups, devices, watches } = fields;
  return html`${part(
    "Which devices",
    html`${picks({
      name: "groups",
      label: "Groups",
      choices: choices.groups,
      chosen: groups,
      empty: "No device is in a group yet; its panel on the map puts it into one.",
      problem,
    })}
    ${textArea({
      name: "devices",
      label: "Devices by id, one a line",
      value: devices,
      rows: 2,
      problem,
    })}`,
    "Leave both empty to mean every device.",
  )}
  ${
    (choices.watches.length > 0 || watches.length > 0) &&
    part(
      "Seen by",
      picks({
        name: "watches",
        label: "Watches",
        choices: choices.watches,
        chosen: watches,
        empty: "",
        problem,
      }),
      "Tick none to mean every watch, and every fence.",
    )
  }`;
}

function when({ fields, choices, problem }: RuleFormPage): Html {
  const { when: which, timeZone, hours } = fields;
  const radio = (value: RuleFields["when"], label: string): Html =>
    html`<label class="tick"
      ><input type="radio" name="when" value="${value}" ${checked(which === value)} /><span
        >${label}</span
      ></label
    >`;
  return part(
    "Hours",
    html`<div class="choose">${radio("always", "At any time")} ${radio("hours", "Only in these hours")}</div>
      <div class="only-hours">
        ${hoursFields(hours, { value: timeZone, zones: choices.zones }, problem)}
      </div>`,
  );
}

function onlyIf({ fields, problem }: RuleFormPage): Html {
  return part(
    "Only if",
    html`${textArea({
        name: "condition",
        label: "Condition",
        value: fields.condition,
        rows: 2,
        size: "code",
        placeholder: "position.speed > 13.9",
        problem,
      })}
      <details class="help">
        <summary>What can be asked</summary>
        ${conditionHelp()}
      </details>`,
  );
}

function conditionHelp(): Html {
  const row = (of: string, names: string): Html =>
    html`<div>
      <dt><code>${of}</code></dt>
      <dd><code>${names}</code></dd>
    </div>`;
  return html`<dl class="names">
      ${row("event.", "id type time fix detectedAt lon lat late withdrawn reason watch other")}
      ${row("device.", "id name groups")} ${row("fence.", "id name properties")}
      ${row("position.", "lon lat time altitude speed course accuracy attributes")}
    </dl>
    <p>
      Speed is in metres per second: <code>position.speed &gt; 13.9</code> is faster than 50 km/h. Also
      <code>"vans" in device.groups</code>, <code>fence.properties.city == "Lyon"</code>,
      <code>position.attributes.battery &lt; 20</code>, joined with <code>&amp;&amp;</code>, <code>||</code>,
      <code>!</code>. It is <a href="https://cel.dev" rel="noreferrer">CEL</a>.
    </p>`;
}

function telling({ fields, choices, problem }: RuleFormPage): Html {
  const { targets, cooldown, text, edits } = fields;
  return html`${part(
    "Tell",
    picks({
      name: "targets",
      label: "Targets",
      choices: choices.targets,
      chosen: targets,
      empty: html`There is nobody to tell yet. <a href="/targets/new">Make a target</a> first: a webhook, a
        mail address, a browser.`,
      problem,
    }),
  )}
  ${part(
    "What it says",
    textArea({
      name: "text",
      label: "Text",
      value: text,
      rows: 2,
      placeholder: "{{device.name}} entered {{fence.name}}",
      problem,
    }),
    html`Left empty, it says what happened. The names of a condition, in <code>{{ }}</code>, stand for their
      values.`,
  )}
  ${part(
    "Quiet time",
    html`<div class="with-select">
        ${textField({
          name: "cooldownSeconds",
          label: "After an alert, none for",
          value: cooldown.amount,
          type: "number",
          problem,
          size: "short",
          after: select({
            name: "cooldownUnit",
            label: "Unit",
            value: cooldown.unit,
            choices: timeUnits,
          }),
        })}
      </div>
      ${tick("edits", "yes", "Also when an edit of a fence, not a movement, is the cause", edits)}`,
    "Of the same device and fence, by the time of the device.",
  )}`;
}
