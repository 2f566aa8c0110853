import { html, type Html } from "./html.ts";

/** A table whose rows are entries of a list: on a phone each becomes a paragraph, with labels before its values. */
export type TableKind =
  | "rules"
  | "watches"
  | "targets"
  | "alerts"
  | "verdicts"
  | "members"
  | "invitations"
  | "sessions"
  | "shares"
  | "ways"
  | "passkeys"
  | "audit"
  | "workspaces";

/** Rows, each an `<li>` with as many cells as there are heads; the heads are for eyes, cells have labels of their own. */
export function listTable(kind: TableKind, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="table" data-columns="${kind}">
    <div class="heads" aria-hidden="true">${heads.map((head) => html`<span>${head}</span>`)}</div>
    <ul>
      ${rows}
    </ul>
  </div>`;
}

/** A cell behind the first; `label` says what it is where there are no heads. */
export function cell(label: string, value: Html | string, alarming = false): Html {
  return html`<div class="cell" ${alarming && html`data-bad`}>
    <span class="cell-label">${label}</span> <span class="value">${value}</span>
  </div>`;
}
