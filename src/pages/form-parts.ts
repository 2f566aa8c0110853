import type { Choice, FieldProblem, Notice } from "./definition-views.ts";
import { html, type Html, type Insert } from "./html.ts";

/** The attribute `checked`, or nothing. */
export function checked(yes: boolean): Html {
  return yes ? html`checked` : html``;
}

/** What is wrong with a field, beside it; nothing when it is another one that is wrong. */
export function beside(problem: FieldProblem | undefined, field: string): Html | undefined {
  if (problem?.field !== field) return undefined;
  return html`<p class="field-problem" id="${field}-problem">${problem.text}</p>`;
}

/** Says of a control that it is wrong, and where it is said why. */
export function marks(problem: FieldProblem | undefined, field: string): Html | undefined {
  if (problem?.field !== field) return undefined;
  return html`aria-invalid="true" aria-describedby="${field}-problem"`;
}

/** That something is wrong, at the head of a form; what it is stands beside its field, if it has one. */
export function problemAbove(problem: FieldProblem | undefined): Html | undefined {
  if (problem === undefined) return undefined;
  const { field, text } = problem;
  const where = html`Nothing is saved yet: see <a href="#${field}">what is marked below</a>.`;
  return html`<p class="problem" role="alert"><span>${field === undefined ? text : where}</span></p>`;
}

/** What was done just now. */
export function noticeAbove(notice: Notice | undefined): Html | undefined {
  if (notice === undefined) return undefined;
  const { text, notes = [], secret, bad = false } = notice;
  return html`<div class="notice" role="status" ${bad && html`data-bad`}>
    <p>${text}</p>
    ${
      notes.length > 0 &&
      html`<ul>
        ${notes.map((note) => html`<li>${note}</li>`)}
      </ul>`
    }
    ${secret !== undefined && html`<pre class="secret"><code>${secret}</code></pre>`}
  </div>`;
}

/** One part of a form: what it is about at the left, the controls at the right. */
export function part(title: string, content: Html, hint?: Insert): Html {
  const id = `part-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return html`<div class="part" role="group" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <div class="controls">${content} ${hint !== undefined && html`<p class="hint">${hint}</p>`}</div>
  </div>`;
}

/** How a text field is written. */
export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly problem?: FieldProblem | undefined;
  readonly type?: "text" | "number" | "time" | "url" | "password" | "email" | "datetime-local";
  readonly placeholder?: string;
  /** Stands behind the control: a unit. */
  readonly after?: Insert;
  /** Id of a list of suggestions. */
  readonly list?: string;
  readonly size?: "short" | "code";
  /** What a browser may fill in; passwords are new ones without more said. */
  readonly autocomplete?: "current-password" | "one-time-code";
}

/** A field of one line with its label. */
export function textField(field: TextField): Html {
  const { name, label, value, problem, type = "text", placeholder, after, list, size } = field;
  const { autocomplete = type === "password" ? "new-password" : "off" } = field;
  const number = type === "number" && html`step="any" inputmode="decimal"`;
  return html`<label class="field" ${size && html`data-size="${size}"`}
    ><span>${label}</span
    ><span class="with-unit"
      ><input
        id="${name}"
        name="${name}"
        type="${type}"
        value="${value}"
        autocomplete="${autocomplete}"
        ${number}
        ${placeholder !== undefined && html`placeholder="${placeholder}"`}
        ${list !== undefined && html`list="${list}"`}
        ${marks(problem, name)}
      />${after}</span
    >${beside(problem, name)}</label
  >`;
}

/** A field of several lines. */
export function textArea(
  field: Omit<TextField, "type" | "after" | "list"> & { readonly rows: number },
): Html {
  const { name, label, value, problem, placeholder, rows, size } = field;
  return html`<label class="field" ${size && html`data-size="${size}"`}
    ><span>${label}</span
    ><textarea
      id="${name}"
      name="${name}"
      rows="${rows}"
      spellcheck="false"
      ${placeholder !== undefined && html`placeholder="${placeholder}"`}
      ${marks(problem, name)}
    >
${value}</textarea
    >${beside(problem, name)}</label
  >`;
}

/** A list to choose one from. */
export interface SelectField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly problem?: FieldProblem | undefined;
}

/** A list to choose from, with its label. */
export function selectField(field: SelectField): Html {
  return html`<label class="field"
    ><span>${field.label}</span>${options(field)}${beside(field.problem, field.name)}</label
  >`;
}

/** The control alone; its label is for those who do not see where it stands. */
export function select(field: SelectField): Html {
  return options(field, html`aria-label="${field.label}"`);
}

function options({ name, value, choices, problem }: SelectField, attributes?: Html): Html {
  return html`<select id="${name}" name="${name}" ${attributes} ${marks(problem, name)}>
    ${choices.map(
      (choice) =>
        html`<option value="${choice.value}" ${choice.value === value ? html`selected` : ""}>
          ${choice.label}
        </option>`,
    )}
  </select>`;
}

/** What a press of Enter in a field does: the first button of a form, wherever the one that people see stands. */
export const saveOnEnter: Html = html`<button
  class="hidden"
  name="do"
  value="save"
  tabindex="-1"
  aria-hidden="true"
>
  Save
</button>`;

/** One box to tick. */
export function tick(name: string, value: string, label: Insert, on: boolean, hint?: string): Html {
  return html`<label class="tick"
    ><input type="checkbox" name="${name}" value="${value}" ${checked(on)} /><span
      >${label}${hint !== undefined && html` <i>${hint}</i>`}</span
    ></label
  >`;
}

/**
 * Boxes to tick in a list that scrolls; what is ticked and not offered (it is gone, or beyond the first of many) stands
 * in front. With many of them the browser's script puts a filter above.
 */
export function picks(list: {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly empty: Insert;
  readonly problem?: FieldProblem | undefined;
}): Html {
  const { name, label, choices, chosen, empty, problem } = list;
  const offered = new Set(choices.map(({ value }) => value));
  const gone = chosen.filter((value) => !offered.has(value));
  if (choices.length + gone.length === 0)
    return html`<p class="none">${empty}</p>
      ${beside(problem, name)}`;
  const ticked = new Set(chosen);
  return html`<div class="picks" id="${name}" role="group" aria-label="${label}" ${marks(problem, name)}>
      ${gone.map((value) => tick(name, value, value, true, "not in the list"))}
      ${choices.map(({ value, label: text, hint }) => tick(name, value, text, ticked.has(value), hint))}
    </div>
    ${beside(problem, name)}`;
}
