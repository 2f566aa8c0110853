import type { SignInPage } from "./options.ts";

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const page = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Sign in · Whereabouts</title></head>
<body><main><h1>Whereabouts</h1>${body}</main></body></html>
`;

/** The form that takes a token, or the button that uses a one-time link. */
export const plainSignInPage = ({ action, problem, link = false }: SignInPage): string =>
  page(`<form method="post" action="${escape(action)}">${problem === undefined ? "" : `<p role="alert">${escape(problem)}</p>`}
${link ? "<button autofocus>Open the map</button>" : TOKEN}</form>`);

const TOKEN = `<label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Sign in</button>`;
