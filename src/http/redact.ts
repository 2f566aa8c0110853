/** A URL as logs may show it: without tokens and codes in its query, and the secrets of links of all kinds. */
export const redactUrl = (url: string): string =>
  url
    .replaceAll(/([?&](?:token|share|code|state)=)[^&#]*/gi, "$1[redacted]")
    .replace(/^(\/(?:sign-in|join|reset)\/)[^?#]+/, "$1[redacted]")
    .replaceAll(/((?:^|[?&]to=)(?:\/|%2F)s(?:\/|%2F))[\w-]+/gi, "$1[redacted]");
