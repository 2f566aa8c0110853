import type { EpochMs } from "#geo";
import type { FieldProblem, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { noticeAbove, part, problemAbove } from "./form-parts.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { codeField, currentField } from "./totp-pages.ts";

const here = { here: "/account" } as const;

/** Everything that the page of one's own account at the sign-in provider shows. */
export interface ProviderPage {
  /** What people call the provider. */
  readonly name: string;
  /** Absent while none is linked. */
  readonly linked?: { readonly since: EpochMs; readonly email: string | undefined };
  /** What has to be shown before one is linked. */
  readonly asksPassword: boolean;
  readonly asksCode: boolean;
  readonly problem?: FieldProblem | undefined;
  readonly notice?: Notice | undefined;
}

/** Links one's own account at the sign-in provider, or unlinks it. */
export function providerPage(frame: Frame, page: ProviderPage): string {
  const { name, linked, problem, notice } = page;
  return plain(
    frame,
    html`<h1>${name}</h1>
      ${noticeAbove(notice)} ${problemAbove(problem)}
      ${linked === undefined ? link(page) : unlink(name, linked)}`,
    here,
  );
}

function unlink(name: string, { since, email }: NonNullable<ProviderPage["linked"]>): Html {
  return html`<p>
      Your account${email !== undefined && ` ${email}`} at ${name} has signed you in here since
      <time datetime="${isoTime(since)}">${formatTime(since)}</time>, without password and code.
    </p>
    <form method="post" action="/account/provider/unlink" class="form-end">
      <button class="danger">Unlink it</button>
    </form>`;
}

function link({ name, asksPassword, asksCode, problem }: ProviderPage): Html {
  return html`<p>
      Link your account at ${name}, and it signs you in here: no password and no code are asked for.
    </p>
    <form method="post" action="/account/provider" class="definition">
      <div class="parts">
        ${
          asksPassword &&
          part(
            "It is you",
            html`${currentField(problem)} ${asksCode && codeField("A code, or a recovery code", problem)}`,
          )
        }
        <div class="form-end"><button class="primary">Link it</button></div>
      </div>
    </form>`;
}

/** The way to the provider, when it was proved who goes there. */
export function goToProviderPage(
  frame: Frame,
  { name, url }: { readonly name: string; readonly url: string },
): string {
  return plain(
    frame,
    html`<h1>${name}</h1>
      <p>Sign in there with the account that is to be yours here, within ten minutes.</p>
      <div class="form-end">
        <a class="button primary" href="${url}" rel="noreferrer">Go on to ${name}</a>
        <a class="button" href="/account">Cancel</a>
      </div>`,
    here,
  );
}
