const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const page = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Sign in · Whereabouts</title></head>
<body><main><h1>Whereabouts</h1>${body}</main></body></html>
`;

/** The form that takes a token; `to` is where to go afterwards. */
export const signInPage = ({ error, to }: { readonly error?: string; readonly to: string }): string =>
  page(`<form method="post" action="/sign-in">${error === undefined ? "" : `<p role="alert">${escape(error)}</p>`}
<input type="hidden" name="to" value="${escape(to)}">
<label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Sign in</button></form>`);

/** The button that uses a one-time link; a mere look at the link, by a preview or a scanner, must not use it. */
export const linkPage = (secret: string): string =>
  page(
    `<form method="post" action="/sign-in/${escape(encodeURIComponent(secret))}"><button autofocus>Open the map</button></form>`,
  );
