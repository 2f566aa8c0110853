/** What of the library is used. */
type WebAuthn = Pick<
  typeof import("@simplewebauthn/server"),
  | "generateAuthenticationOptions"
  | "generateRegistrationOptions"
  | "verifyAuthenticationResponse"
  | "verifyRegistrationResponse"
>;

/**
 * The library that speaks WebAuthn. It is loaded when the first passkey is asked for: its parsers of certificates take
 * 200 ms and 28 MB, which no command and no server without passkeys is to spend.
 */
export const webauthn = (): Promise<WebAuthn> => import("@simplewebauthn/server");
