import type { EpochMs } from "#geo";
import type { Frame } from "./document.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { plain } from "./plain-pages.ts";

/** A change as a row. */
export interface AuditRow {
  readonly at: EpochMs;
  readonly by: string;
  readonly byName?: string | undefined;
  readonly address?: string | undefined;
  readonly action: string;
  readonly of: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Who changed what, newest first. `older` leads on. */
export function auditPage(
  frame: Frame,
  { entries, older }: { readonly entries: readonly AuditRow[]; readonly older?: string | undefined },
): string {
  return plain(
    frame,
    html`<h1>Who changed what</h1>
      ${
        entries.length === 0
          ? html`<div class="empty-page"><p>Nothing was changed yet.</p></div>`
          : listTable("audit", ["Change", "By", "When"], entries.map(row))
      }
      ${older !== undefined && html`<p><a href="/audit?after=${encodeURIComponent(older)}">Older</a></p>`}`,
    { here: "/members", wide: true },
  );
}

function row({ at, by, byName, address, action, of, before, after }: AuditRow): Html {
  return html`<li>
    <div class="cell-main">
      <h2>${words(action)} <code>${of}</code></h2>
      ${
        (before !== undefined || after !== undefined) &&
        html`<details>
          <summary>Before and after</summary>
          ${state("Before", before)} ${state("After", after)}
        </details>`
      }
    </div>
    ${cell("By", html`${byName ?? by}${address !== undefined && html` <i>${address}</i>`}`)}
    ${cell("When", html`<time datetime="${isoTime(at)}">${formatTime(at)}</time>`)}
  </li>`;
}

const VERBS: Readonly<Record<string, string>> = { create: "made", change: "changed", delete: "deleted" };

const words = (action: string): string => {
  const [kind = "", verb = ""] = action.split(".");
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${VERBS[verb] ?? verb}`;
};

const state = (when: string, thing: unknown): Html | undefined =>
  thing === undefined
    ? undefined
    : html`<p>${when}</p>
        <pre><code>${JSON.stringify(thing, undefined, 2)}</code></pre>`;
