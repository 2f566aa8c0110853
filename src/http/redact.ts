/** A URL as logs may show it: without the secrets of `?token=` and `?share=`, of sign-in links and of share links. */
export const redactUrl = (url: string): string =>
  url
    .replaceAll(/([?&](?:token|share)=)[^&#]*/gi, "$1[redacted]")
    .replace(/^(\/sign-in\/)[^?#]+/, "$1[redacted]")
    .replaceAll(/((?:^|[?&]to=)(?:\/|%2F)s(?:\/|%2F))[\w-]+/gi, "$1[redacted]");
