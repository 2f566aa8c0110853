import type { Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { type AccountWays, waysIn } from "./account-ways.ts";
import { noticeAbove, part, problemAbove, textField } from "./form-parts.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { browserName } from "./browser-name.ts";
import { cell, listTable } from "./list-table.ts";
import { plain } from "./plain-pages.ts";
import type { FieldProblem } from "./definition-views.ts";

/** A browser that is signed in. */
export interface SessionRow {
  readonly id: string;
  readonly agent: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly current: boolean;
}

/** Everything that the page of one's own account shows. */
export interface AccountPage {
  /** Absent for who came with a token or a link. */
  readonly person?: { readonly email: string; readonly name: string };
  readonly sessions: readonly SessionRow[];
  /** Of a person. */
  readonly ways?: AccountWays;
  readonly problem?: FieldProblem | undefined;
  readonly notice?: Notice | undefined;
}

/** One's own name, password and sessions. */
export function accountPage(frame: Frame, { person, sessions, ways, problem, notice }: AccountPage): string {
  return plain(
    frame,
    html`<div class="head">
        <h1>Account</h1>
        <a class="button" href="/workspaces">Workspaces</a>
        <form method="post" action="/sign-out"><button class="button">Sign out</button></form>
      </div>
      ${person !== undefined && html`<p class="under-title">${person.email}</p>`} ${noticeAbove(notice)}
      ${problemAbove(problem)} ${person === undefined ? nobody() : yours(person.name, problem)}
      ${ways !== undefined && waysIn(ways)} ${sessions.length > 0 && signedIn(sessions)}`,
    { here: "/account" },
  );
}

function nobody(): Html {
  return html`<div class="empty-page">
    <p>You are here with a token or a link, which have no name and no password of their own.</p>
  </div>`;
}

function yours(name: string, problem: FieldProblem | undefined): Html {
  return html`<form method="post" action="/account" class="definition">
      <div class="parts">
        ${part("Name", textField({ name: "name", label: "What others see", value: name, problem }))}
        <div class="form-end"><button class="primary">Save the name</button></div>
      </div>
    </form>
    <form method="post" action="/account/password" class="definition">
      <div class="parts">
        ${part(
          "Password",
          html`${textField({ name: "current", label: "The present one", value: "", type: "password", problem })}
          ${textField({ name: "password", label: "Another one", value: "", type: "password", problem })}`,
          "At least ten characters. All other browsers are signed out.",
        )}
        <div class="form-end"><button class="primary">Change the password</button></div>
      </div>
    </form>`;
}

function signedIn(sessions: readonly SessionRow[]): Html {
  return html`<section>
    <h2>Signed in</h2>
    ${listTable("sessions", ["Browser", "Since", ""], sessions.map(row))}
  </section>`;
}

function row({ id, agent, createdAt, current }: SessionRow): Html {
  const at = Date.parse(createdAt);
  return html`<li>
    <div class="cell-main"><p>${browserName(agent ?? "")}</p></div>
    ${cell("Since", html`<time datetime="${isoTime(at)}">${formatTime(at)}</time>`)}
    ${
      current
        ? cell("", "this browser")
        : html`<form class="cell" method="post" action="/account/sessions/${id}/delete">
            <button class="quiet-button">Sign out</button>
          </form>`
    }
  </li>`;
}
