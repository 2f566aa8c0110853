import type { EpochMs } from "#geo";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html, type Insert } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { codesLeftWords } from "./totp-pages.ts";

/** How somebody gets in, besides the password. */
export interface AccountWays {
  /** `since` is absent while it is off. */
  /** The sign-in provider, where the operator names one. */
  readonly provider?: {
    readonly name: string;
    readonly isLinked: boolean;
    readonly email: string | undefined;
  };
  /** How many there are. */
  readonly passkeys: number;
  readonly authenticator: { readonly since?: EpochMs; readonly codesLeft: number };
}

/** What else signs one in, and where that is changed. */
export function waysIn({ authenticator, passkeys, provider }: AccountWays): Html {
  const { since, codesLeft } = authenticator;
  const state =
    since === undefined
      ? "Off"
      : html`On since <time datetime="${isoTime(since)}">${formatTime(since)}</time>;
          ${codesLeftWords(codesLeft)}`;
  return html`<section>
    <h2>Ways in</h2>
    ${listTable(
      "ways",
      ["Besides the password", "Now"],
      [
        way("Authenticator app", "A code after the password.", state, "/account/totp"),
        way("Passkeys", "Instead of the password.", passkeys === 0 ? "None" : passkeys, "/account/passkeys"),
        ...(provider === undefined
          ? []
          : [way(provider.name, "Instead of the password.", linkedWords(provider), "/account/provider")]),
      ],
    )}
  </section>`;
}

const linkedWords = ({ isLinked, email = "Linked" }: NonNullable<AccountWays["provider"]>): string =>
  isLinked ? email : "Not linked";

function way(name: string, what: string, state: Insert, place: string): Html {
  return html`<li>
    <div class="cell-main">
      <h2><a class="row-link" href="${place}">${name}</a></h2>
      <p>${what}</p>
    </div>
    ${cell("Now", html`${state}`)}
  </li>`;
}
