import type { FieldProblem, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { noticeAbove, part, problemAbove, textField } from "./form-parts.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { plain } from "./plain-pages.ts";
import { codeField, currentField } from "./totp-pages.ts";

/** A passkey as a row; times are RFC 3339. */
export interface PasskeyRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt: string | null;
}

/** Everything that the page of one's own passkeys shows. */
export interface PasskeysPage {
  readonly passkeys: readonly PasskeyRow[];
  /** The origin at which one can be added; absent where none can be. */
  readonly origin: string | undefined;
  /** What has to be shown before one is added. */
  readonly asksPassword: boolean;
  readonly asksCode: boolean;
  readonly problem?: FieldProblem | undefined;
  readonly notice?: Notice | undefined;
}

/** One's own passkeys; a script adds one. */
export function passkeysPage(frame: Frame, page: PasskeysPage): string {
  const { passkeys, origin, problem, notice } = page;
  return plain(
    frame,
    html`<h1>Passkeys</h1>
      <p class="under-title">
        Sign in with a fingerprint, a face or the PIN of a device: no password, no code, nothing to be
        phished.
      </p>
      ${noticeAbove(notice)} ${problemAbove(problem)}
      ${passkeys.length > 0 && listTable("passkeys", ["Name", "Last used", ""], passkeys.map(row))}
      ${origin === undefined ? html`<p class="none">None can be added here.</p>` : add(page, origin)}`,
    { here: "/account" },
  );
}

const time = (text: string): Html => {
  const at = Date.parse(text);
  return html`<time datetime="${isoTime(at)}">${formatTime(at)}</time>`;
};

function row({ id, name, createdAt, usedAt }: PasskeyRow): Html {
  const path = `/account/passkeys/${encodeURIComponent(id)}`;
  return html`<li>
    <div class="cell-main">
      <h2>${name}</h2>
      <p>Added ${time(createdAt)}</p>
      <details>
        <summary>Rename</summary>
        <form method="post" action="${path}" class="in-row">
          <input name="name" value="${name}" required maxlength="100" aria-label="Another name" />
          <button class="button">Save</button>
        </form>
      </details>
    </div>
    ${cell("Last used", usedAt === null ? "never" : time(usedAt))}
    <form class="cell" method="post" action="${path}/delete">
      <button class="quiet-button" aria-label="Remove ${name}">Remove</button>
    </form>
  </li>`;
}

function add({ asksPassword, asksCode }: PasskeysPage, origin: string): Html {
  return html`<p class="none" id="passkey-none">
      Adding one needs scripts, a browser that knows passkeys, and this page at
      <a href="${origin}/account/passkeys">${origin}</a>.
    </p>
    <form id="passkey-add" class="definition" data-passkey="${origin}" hidden>
      <div class="parts">
        ${part("Add one", textField({ name: "name", label: "What you call it", value: "" }))}
        ${
          asksPassword &&
          part("It is you", html`${currentField()} ${asksCode && codeField("A code, or a recovery code")}`)
        }
        <div class="form-end">
          <button class="primary">Add a passkey</button>
          <p class="bad" id="passkey-result" role="alert"></p>
        </div>
      </div>
    </form>`;
}
