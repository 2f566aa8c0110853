/** The cookie of a signed-in browser. */
export const SESSION_COOKIE = "whereabouts_session";

/** How long a browser stays signed in. */
export const SESSION_MS: number = 30 * 86_400_000;

/** The session's value in a `Cookie` header; undefined when there is none. */
export const sessionCookie = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === SESSION_COOKIE) {
      const value = part.slice(equals + 1).trim();
      return value === "" ? undefined : value;
    }
  }
  return undefined;
};

/** `Set-Cookie` for a session: not readable by scripts, not sent by other sites' forms. */
export const setSessionCookie = (value: string, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_MS / 1000}${secure ? "; Secure" : ""}`;

/** `Set-Cookie` that forgets the session. */
export const clearSessionCookie = (secure: boolean): string =>
  `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`;
