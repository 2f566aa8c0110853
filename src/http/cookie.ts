/** The cookie of a signed-in browser. */
export const SESSION_COOKIE = "whereabouts_session";

/** How long a browser stays signed in. */
export const SESSION_MS: number = 30 * 86_400_000;

/** A cookie that a browser brings only to addresses below `path`. */
export interface CookieKind {
  readonly name: string;
  readonly path: string;
}

/** The value of a cookie in a `Cookie` header; undefined when there is none. */
export const readCookie = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined) return undefined;
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) {
      const value = part.slice(equals + 1).trim();
      return value === "" ? undefined : value;
    }
  }
  return undefined;
};

/** The session's value in a `Cookie` header; undefined when there is none. */
export const sessionCookie = (header: string | undefined): string | undefined =>
  readCookie(header, SESSION_COOKIE);

const written = ({ name, path }: CookieKind, value: string, seconds: number, secure: boolean): string =>
  `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;

/** `Set-Cookie` for so many milliseconds: not readable by scripts, not sent by other sites' forms. */
export const setCookie = (kind: CookieKind, value: string, lasts: number, secure: boolean): string =>
  written(kind, value, lasts / 1000, secure);

/** `Set-Cookie` that forgets it. */
export const clearCookie = (kind: CookieKind, secure: boolean): string => written(kind, "", 0, secure);

const SESSION: CookieKind = { name: SESSION_COOKIE, path: "/" };

/** `Set-Cookie` for a session: not readable by scripts, not sent by other sites' forms. */
export const setSessionCookie = (value: string, secure: boolean): string =>
  setCookie(SESSION, value, SESSION_MS, secure);

/** `Set-Cookie` that forgets the session. */
export const clearSessionCookie = (secure: boolean): string => clearCookie(SESSION, secure);
