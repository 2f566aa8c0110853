import type { PasswordPage, SignInPage } from "./options.ts";

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const page = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Sign in · Whereabouts</title></head>
<body><main><h1>Whereabouts</h1>${body}</main></body></html>
`;

const alert = (problem: string | undefined): string =>
  problem === undefined ? "" : `<p role="alert">${escape(problem)}</p>`;

/** The forms that take an address and a password, or a token; or the button that uses a one-time link. */
export const plainSignInPage = ({
  action,
  problem,
  email = "",
  link = false,
  code = false,
  provider,
}: SignInPage): string => {
  const to = escape(action);
  if (link)
    return page(
      `<form method="post" action="${to}">${alert(problem)}<button autofocus>Open the map</button></form>`,
    );
  if (code)
    return page(`${alert(problem)}<form method="post" action="${to}">
<label>Code <input name="code" autocomplete="one-time-code" required autofocus></label><button>Sign in</button></form>`);
  return page(`${alert(problem)}<form method="post" action="${to}">
<label>Mail address <input type="email" name="email" autocomplete="username" value="${escape(email)}" required autofocus></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<button>Sign in</button></form>
<form method="post" action="${to}">
<label>Token <input type="password" name="token" autocomplete="off" required></label>
<button>Sign in with a token</button></form>${provider ? `<p><a href="${escape(provider.href)}">Sign in with ${escape(provider.name)}</a></p>` : ""}`);
};

/** The form on which a password is chosen. */
export const plainPasswordPage = ({
  email,
  action,
  joins,
  known = false,
  name = "",
  problem,
}: PasswordPage): string =>
  page(
    `<form method="post" action="${escape(action)}">${alert(problem)}<p>${escape(email)}</p>${
      joins && !known
        ? `<label>Name <input name="name" autocomplete="name" value="${escape(name)}" required></label>`
        : ""
    }${
      known
        ? ""
        : `<label>Password <input type="password" name="password" autocomplete="new-password" required></label>`
    }<button>${joins ? "Join" : "Set the password"}</button></form>`,
  );
