/** A URL as logs may show it: without the token of `?token=` and the secret of a sign-in link. */
export const redactUrl = (url: string): string =>
  url.replaceAll(/([?&]token=)[^&#]*/gi, "$1[redacted]").replace(/^(\/sign-in\/)[^?#]+/, "$1[redacted]");
