import { catalogue, type CatalogueEntry } from "#wire";
import type { Frame } from "./document.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";

/** Every error of the API, each at the anchor that the `type` of a problem points to. */
export function errorsPage(frame: Frame): string {
  return plain(
    frame,
    html`<h1>Errors</h1>
      <p>
        A program looks at <code>code</code>, which never changes its meaning; <code>detail</code> names the
        value that was wrong. Where trying again can help, the answer has <code>Retry-After</code> in seconds.
      </p>
      <dl class="errors">${Object.entries(catalogue).map(error)}</dl>`,
  );
}

function error([code, { status, title, temporary }]: readonly [string, CatalogueEntry]): Html {
  return html`<dt id="${code}"><code>${code}</code> <span>${status}</span></dt>
    <dd>${title}.${temporary && " Try again later."}</dd>`;
}
