import type { EpochMs } from "#geo";
import type { FieldProblem } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { part, problemAbove, textField } from "./form-parts.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { qrCode } from "./qr-code.ts";

const here = { here: "/account" } as const;

/** Everything that the page of one's own authenticator shows. */
export interface TotpPage {
  /** Absent while it is off. */
  readonly since?: EpochMs;
  readonly codesLeft: number;
  readonly hasPassword: boolean;
  readonly problem?: FieldProblem | undefined;
}

/** The present password, which is asked for once more. */
export function currentField(problem?: FieldProblem): Html {
  const field = { name: "current", label: "Your password", value: "", problem } as const;
  return textField({ ...field, type: "password", autocomplete: "current-password" });
}

/** A code of the authenticator, or a recovery code. */
export function codeField(label: string, problem?: FieldProblem): Html {
  return textField({ name: "code", label, value: "", problem, autocomplete: "one-time-code" });
}

/** Turns an authenticator on or off, and makes other recovery codes. */
export function totpPage(frame: Frame, page: TotpPage): string {
  const { since, codesLeft, problem } = page;
  return plain(
    frame,
    html`<h1>Authenticator app</h1>
      <p class="under-title">
        ${
          since === undefined
            ? "Off: the password alone signs you in."
            : html`On since <time datetime="${isoTime(since)}">${formatTime(since)}</time>;
                ${codesLeftWords(codesLeft)}.`
        }
      </p>
      ${problemAbove(problem)} ${since === undefined ? turnOn(page) : change(page)}`,
    here,
  );
}

/** `7 recovery codes are left`. */
export function codesLeftWords(count: number): string {
  if (count === 0) return "no recovery code is left";
  return count === 1 ? "one recovery code is left" : `${count} recovery codes are left`;
}

function turnOn({ hasPassword, problem }: TotpPage): Html {
  if (!hasPassword) {
    return html`<p>
      Codes follow a password, and you have none. Have a link for one mailed to you from the sign-in page
      first, or ask an owner for one.
    </p>`;
  }
  return html`<p>
      After the password an app on your phone is asked for six digits, which change every half minute. Any app
      for “one-time codes” does.
    </p>
    <form method="post" action="/account/totp" class="definition">
      <div class="parts">
        ${part("It is you", currentField(problem))}
        <div class="form-end"><button class="primary">Set it up</button></div>
      </div>
    </form>`;
}

function change({ problem }: TotpPage): Html {
  return html`<form method="post" class="definition">
    <div class="parts">
      ${part("It is you", html`${currentField(problem)} ${codeField("A code, or a recovery code", problem)}`)}
      <div class="form-end">
        <button class="primary" formaction="/account/totp/codes">Make other recovery codes</button>
        <button class="button danger" formaction="/account/totp/off">Turn it off</button>
      </div>
    </div>
  </form>`;
}

/** Everything that the page shows on which a new authenticator is confirmed. */
export interface TotpSetUpPage {
  /** Names the enrolment. */
  readonly key: string;
  /** What goes into the app, the first time that the page is shown. */
  readonly offer?: {
    readonly secret: string;
    readonly uri: string;
    readonly modules: readonly (readonly boolean[])[];
  };
  readonly problem?: FieldProblem | undefined;
}

/** Shows the secret once, and asks for a code of it. */
export function totpSetUpPage(frame: Frame, { key, offer, problem }: TotpSetUpPage): string {
  return plain(
    frame,
    html`<h1>Authenticator app</h1>
      ${problemAbove(problem)}
      <form method="post" action="/account/totp/confirm" class="definition">
        <input type="hidden" name="key" value="${key}" />
        <div class="parts">
          ${offer !== undefined && part("Scan", scan(offer), "Shown this once. Whoever sees it can make your codes.")}
          ${part(
            "Confirm",
            codeField("Six digits that the app shows", problem),
            offer === undefined && html`If the app shows none, <a href="/account/totp">begin again</a>.`,
          )}
          <div class="form-end">
            <button class="primary">Turn it on</button>
            <a class="button" href="/account">Cancel</a>
          </div>
        </div>
      </form>`,
    here,
  );
}

function scan({ secret, uri, modules }: NonNullable<TotpSetUpPage["offer"]>): Html {
  const groups = secret.replaceAll(/.{4}(?=.)/g, "$& ");
  return html`${qrCode(modules, "QR code for the authenticator app")}
    <p>On this device: <a href="${uri}">open the app</a>. Or type:</p>
    <pre class="secret"><code>${groups}</code></pre>`;
}

/** The recovery codes, this once. */
export function recoveryCodesPage(frame: Frame, codes: readonly string[]): string {
  return plain(
    frame,
    html`<h1>Recovery codes</h1>
      <p>
        The authenticator is on. Each of these signs you in once in place of its code, should you lose it.
        They are shown this once: print them, or put them where your passwords are.
      </p>
      <pre class="secret"><code>${codes.join("\n")}</code></pre>
      <div class="form-end"><a class="button primary" href="/account">I have them</a></div>`,
    here,
  );
}
