import type { Role } from "#wire";
import { document, type Frame } from "./document.ts";
import { html, type Html, type Insert } from "./html.ts";
import { inGroups, roleNames } from "./member-words.ts";
import { sentence } from "./words.ts";

/** Everything that the sign-in page shows. */
export interface SignInView {
  /** Where the forms post to. */
  readonly action: string;
  /** What went wrong last time. */
  readonly problem?: string | undefined;
  /** What was done just now. */
  readonly notice?: string | undefined;
  /** A link for another password can be mailed. */
  readonly mails?: boolean;
  /** What was typed last time. */
  readonly email?: string | undefined;
  /** The sign-in provider, and where one is sent to it. */
  readonly provider?: { readonly name: string; readonly href: string };
  /** The origin at which a passkey can be shown. */
  readonly passkeyOrigin?: string;
  /** The reader has a one-time link, and needs no more than a button. */
  readonly link?: boolean;
  /** The password was right, and a code is asked for. */
  readonly code?: boolean;
}

function bare(frame: Frame, heading: string, problem: string | undefined, content: Insert): string {
  return document(
    frame,
    "sign-in",
    html`<main class="sign-in">
      <h1>${heading}</h1>
      ${problem !== undefined && html`<p class="problem" role="alert">${sentence(problem)}</p>`} ${content}
    </main>`,
  );
}

/** Shown to whoever is not signed in. */
export function signInPage(frame: Frame, page: SignInView): string {
  const {
    action,
    problem,
    notice,
    mails = false,
    email = "",
    link = false,
    code = false,
    passkeyOrigin,
    provider,
  } = page;
  if (link) {
    const open = html`<form method="post" action="${action}" class="stack">
      <button class="primary" autofocus>Open the map</button>
    </form>`;
    return bare(frame, "Whereabouts", problem, open);
  }
  if (code) return bare(frame, "One more step", problem, codeForm(action));
  return bare(
    frame,
    "Whereabouts",
    problem,
    html`${notice !== undefined && html`<p role="status">${notice}</p>`}
      <form method="post" action="${action}" class="stack">
        <label
          >Mail address
          <input
            type="email"
            name="email"
            value="${email}"
            autocomplete="username"
            ${email === "" && html`autofocus`}
        /></label>
        <label
          >Password
          <input
            type="password"
            name="password"
            autocomplete="current-password"
            ${email !== "" && html`autofocus`}
        /></label>
        <label>Or a token alone <input type="password" name="token" autocomplete="off" /></label>
        <button class="primary">Sign in</button>
      </form>
      ${
        provider !== undefined &&
        html`<a class="button" href="${provider.href}">Sign in with ${provider.name}</a>`
      }
      ${passkeyOrigin !== undefined && passkey(passkeyOrigin)} ${mails && forgotten(email)}
      <p>
        At its first start the server prints a link that signs you in once. Whoever runs it makes a link for
        another password with <code>whereabouts user password</code>.
      </p>`,
  );
}

function passkey(origin: string): Html {
  return html`<div id="passkey-sign-in" class="stack" data-passkey="${origin}" hidden>
    <button type="button">Sign in with a passkey</button>
    <p class="problem" id="passkey-result" role="alert"></p>
  </div>`;
}

function codeForm(action: string): Html {
  return html`<p>The password is right. Now the six digits that your authenticator app shows.</p>
    <form method="post" action="${action}" class="stack">
      <label
        >Code
        <input
          name="code"
          required
          maxlength="64"
          autocomplete="one-time-code"
          autocapitalize="off"
          spellcheck="false"
          autofocus
      /></label>
      <p class="hint">Without the app: one of your recovery codes.</p>
      <button class="primary">Sign in</button>
    </form>
    <p><a href="/sign-in">Begin again</a></p>`;
}

function forgotten(email: string): Html {
  return html`<details>
    <summary>I do not know my password</summary>
    <form method="post" action="/forgotten" class="stack">
      <label
        >Mail address <input type="email" name="email" value="${email}" required autocomplete="username"
      /></label>
      <button>Mail me a link for another one</button>
    </form>
  </details>`;
}

/** Everything that the page shows on which a password is chosen. */
export interface PasswordView {
  readonly email: string;
  readonly action: string;
  /** Who joins as what; absent where it is only another password. */
  readonly joins?: { readonly role: Role; readonly groups?: readonly string[] };
  /** There is an account already. */
  readonly known?: boolean;
  readonly name?: string;
  readonly problem?: string;
}

/** What an invitation, or a link for another password, leads to. */
export function passwordPage(frame: Frame, page: PasswordView): string {
  const { email, action, joins, known = false, name = "", problem } = page;
  const what = joins
    ? html`<p>You are invited as ${roleNames[joins.role].toLowerCase()}${inGroups(joins.groups)}.</p>`
    : html`<p>Choose another password. You are signed out everywhere else.</p>`;
  const fields = html`${
      joins &&
      html`<label
        >Name <input name="name" value="${name}" required maxlength="100" autocomplete="name" autofocus
      /></label>`
    }
    <label
      >Password
      <input
        type="password"
        name="password"
        required
        minlength="10"
        maxlength="256"
        autocomplete="new-password"
        ${!joins && html`autofocus`}
    /></label>
    <p class="hint">At least ten characters; a few words are better than odd letters.</p>`;
  return bare(
    frame,
    joins ? "Join" : "Another password",
    problem,
    html`${what}
      <form method="post" action="${action}" class="stack">
        <label>Mail address <input type="email" value="${email}" readonly autocomplete="username" /></label>
        ${!known && fields} <button class="primary">${joins ? "Join" : "Set the password"}</button>
      </form>`,
  );
}
