const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const page = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Sign in · Whereabouts</title></head>
<body><main><h1>Whereabouts</h1>${body}</main></body></html>
`;

/** The form that takes a token. */
export const plainSignInPage = ({
  action,
  problem,
}: {
  readonly action: string;
  readonly problem?: string;
}): string =>
  page(`<form method="post" action="${escape(action)}">${problem === undefined ? "" : `<p role="alert">${escape(problem)}</p>`}
<label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Sign in</button></form>`);

/** The button that uses a one-time link; a mere look at the link, by a preview or a scanner, must not use it. */
export const linkPage = (secret: string): string =>
  page(
    `<form method="post" action="/sign-in/${escape(encodeURIComponent(secret))}"><button autofocus>Open the map</button></form>`,
  );
