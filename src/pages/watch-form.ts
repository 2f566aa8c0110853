import type { Choice, FieldProblem } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { timeUnits } from "./field-text.ts";
import {
  beside,
  part,
  picks,
  problemAbove,
  saveOnEnter,
  select,
  selectField,
  textArea,
  textField,
} from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { dayBoxes, zoneField } from "./schedule-fields.ts";
import { watchKinds, type WatchFields } from "./watch-fields.ts";

/** What the form of a watch offers to choose from. */
export interface WatchChoices {
  readonly fences: readonly Choice[];
  readonly groups: readonly Choice[];
  readonly zones: readonly string[];
}

/** Everything that the form of a watch shows. */
export interface WatchFormPage {
  /** Absent for a new watch. */
  readonly id?: string;
  readonly fields: WatchFields;
  readonly choices: WatchChoices;
  readonly problem?: FieldProblem | undefined;
}

/** The kinds of watches, to begin with one. */
export function watchKindsPage(frame: Frame): string {
  return plain(
    frame,
    html`<h1>New watch</h1>
      <p>A watch asks for events that no fence gives by itself. What is to be watched?</p>
      <ul class="kinds">
        ${watchKinds.map(
          ({ kind, title, text }) =>
            html`<li>
              <a href="/watches/new?kind=${kind}"><b>${title}</b> <span>${text}</span></a>
            </li>`,
        )}
      </ul>`,
    { here: "/watches" },
  );
}

/** The page on which a watch is made or changed. */
export function watchFormPage(frame: Frame, page: WatchFormPage): string {
  const { id, fields, problem } = page;
  const { kind, name } = fields;
  const title = watchKinds.find((known) => known.kind === kind)?.title ?? kind;
  const action = id === undefined ? `/watches/new?kind=${kind}` : `/watches/${encodeURIComponent(id)}`;
  return plain(
    frame,
    html`<h1>${id === undefined ? `New watch: ${title}` : name || title}</h1>
      ${problemAbove(problem)}
      <form method="post" action="${action}" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">
          ${part("Name", textField({ name: "name", label: "What people call it", value: name, problem }))}
          ${whatOf(page)} ${who(page)}
          <div class="form-end">
            <button class="primary" name="do" value="save">
              ${id === undefined ? "Make the watch" : "Save"}
            </button>
            <a class="button" href="/watches">Cancel</a>
            ${id !== undefined && html`<a class="button danger" href="${action}/delete">Delete …</a>`}
          </div>
        </div>
      </form>`,
    { here: "/watches" },
  );
}

function who({ fields, choices, problem }: WatchFormPage): Html {
  return part(
    "Which devices",
    html`${picks({
      name: "groups",
      label: "Groups",
      choices: choices.groups,
      chosen: fields.groups,
      empty: "No device is in a group yet; its panel on the map puts it into one.",
      problem,
    })}
    ${textArea({ name: "devices", label: "Devices by id, one a line", value: fields.devices, rows: 2, problem })}`,
    "Leave both empty to mean every device.",
  );
}

function span(label: string, { fields, problem }: WatchFormPage): Html {
  return html`<div class="with-select">
    ${textField({
      name: "seconds",
      label,
      value: fields.span.amount,
      type: "number",
      size: "short",
      problem,
      after: select({ name: "unit", label: "Unit", value: fields.span.unit, choices: timeUnits }),
    })}
  </div>`;
}

function fence({ fields, choices, problem }: WatchFormPage, none: string): Html {
  const known = choices.fences.some(({ value }) => value === fields.fence);
  const gone = known || fields.fence === "" ? [] : [{ value: fields.fence, label: fields.fence }];
  return selectField({
    name: "fence",
    label: "Fence",
    value: fields.fence,
    choices: [{ value: "", label: none }, ...gone, ...choices.fences],
    problem,
  });
}

function whatOf(page: WatchFormPage): Html | undefined {
  switch (page.fields.kind) {
    case "silent":
      return part("Silent for", span("Nothing is heard for", page));
    case "overspeed":
      return overspeed(page);
    case "absent":
      return absent(page);
    case "proximity":
      return proximity(page);
    case "motion":
      break;
  }
  return undefined;
}

function overspeed(page: WatchFormPage): Html {
  const { fields, problem } = page;
  return html`${part(
    "Too fast",
    html`${textField({
      name: "speed",
      label: "Faster than",
      value: fields.speed,
      type: "number",
      size: "short",
      after: "km/h",
      problem,
    })}
    ${span("For", page)}`,
  )}
  ${part("Where", fence(page, "Anywhere"))}`;
}

function absent(page: WatchFormPage): Html {
  const { fields, choices, problem } = page;
  // A control for a time of day knows no 24:00.
  const type = fields.by === "24:00" ? "text" : "time";
  return html`${part("Missing from", fence(page, "Choose a fence"))}
  ${part(
    "When",
    html`<div class="row">
        ${textField({ name: "by", label: "By", value: fields.by, type, size: "short", problem })}
        ${textField({
          name: "from",
          label: "Since (may be empty)",
          value: fields.from,
          type: "time",
          size: "short",
          problem,
        })}
      </div>
      ${dayBoxes("days", fields.days, "Days")} ${beside(problem, "days")}
      ${zoneField(fields.timeZone, choices.zones, problem)}`,
    "With “since”, having been there once in between is enough.",
  )}`;
}

function proximity(page: WatchFormPage): Html {
  const { fields, choices, problem } = page;
  return html`${part(
    "How near",
    html`<div class="row">
      ${textField({
        name: "radius",
        label: "Within",
        value: fields.radius,
        type: "number",
        size: "short",
        after: "m",
        problem,
      })}
      ${textField({
        name: "exitMargin",
        label: "Parted when farther by",
        value: fields.exitMargin,
        type: "number",
        size: "short",
        after: "m",
        placeholder: "a tenth",
        problem,
      })}
    </div>`,
  )}
  ${part(
    "To whom",
    html`${picks({
      name: "otherGroups",
      label: "Groups of the others",
      choices: choices.groups,
      chosen: fields.otherGroups,
      empty: "No device is in a group yet.",
      problem,
    })}
    ${textArea({
      name: "otherDevices",
      label: "Other devices by id, one a line",
      value: fields.otherDevices,
      rows: 2,
      problem,
    })}
    ${beside(problem, "others")}`,
    "Leave both empty to mean any two of the devices below.",
  )}`;
}
