/** A URL as logs may show it: without tokens and codes in its query, and the secrets of links. */
export const redactUrl = (url: string): string =>
  url
    .replaceAll(/([?&](?:token|code|state)=)[^&#]*/gi, "$1[redacted]")
    .replace(/^(\/(?:sign-in|join|reset)\/)[^?#]+/, "$1[redacted]");
