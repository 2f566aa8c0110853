import { WEEKDAYS } from "#wire";
import type { FieldProblem } from "./definition-views.ts";
import type { HourFields } from "./field-text.ts";
import { beside, checked, textField } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { dayNames } from "./words.ts";

/** The seven days, each to be pressed or not. */
export function dayBoxes(name: string, days: readonly string[], label: string): Html {
  return html`<div class="days" role="group" aria-label="${label}">
    ${WEEKDAYS.map(
      (day) =>
        html`<label
          ><input type="checkbox" name="${name}" value="${day}" ${checked(days.includes(day))} /><span
            >${dayNames[day]}</span
          ></label
        >`,
    )}
  </div>`;
}

/** The name of a time zone, with all known ones to choose from. */
export function zoneField(value: string, zones: readonly string[], problem?: FieldProblem): Html {
  return html`${textField({ name: "timeZone", label: "Time zone", value, problem, list: "zones" })}
    <datalist id="zones">${zones.map((zone) => html`<option value="${zone}"></option>`)}</datalist>`;
}

/** Hours of the week: a row each, and a button that gives another. */
export function hoursFields(
  rows: readonly HourFields[],
  zone: { readonly value: string; readonly zones: readonly string[] },
  problem: FieldProblem | undefined,
): Html {
  return html`<div class="hours" id="schedule">
      ${rows.map(
        ({ days, from, to }, index) =>
          html`<div class="hour-row">
            ${dayBoxes(`hours-${index}-days`, days, "Days")}
            <span class="from-to"
              ><input type="time" name="hours-${index}-from" value="${from}" aria-label="From" /> –
              <input type="time" name="hours-${index}-to" value="${to}" aria-label="To"
            /></span>
          </div>`,
      )}
    </div>
    ${beside(problem, "schedule")}
    <button type="submit" name="do" value="add-hours" formnovalidate data-partial>More hours</button>
    ${zoneField(zone.value, zone.zones)}`;
}
