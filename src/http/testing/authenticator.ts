import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a test may have an authenticator say that it should not. */
export interface Lies {
  readonly challenge?: string;
  readonly origin?: string;
  readonly type?: string;
  readonly rpId?: string;
  readonly counter?: number;
  /** User present, user verified: both without more said. */
  readonly flags?: number;
  readonly userHandle?: string | null;
  readonly key?: KeyObject;
}

/** An authenticator in software: ES256, one passkey, no attestation. */
export interface Authenticator {
  readonly id: string;
  counter: number;
  /** The browser's answer to `navigator.credentials.create`. */
  create(options: Json, lies?: Lies): Json;
  /** The browser's answer to `navigator.credentials.get`. */
  get(options: Json, lies?: Lies): Json;
}

type Json = Record<string, unknown>;

const PRESENT_VERIFIED = 0x05;
const ATTESTED = 0x40;

const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();
const base64 = (data: Buffer | string): string => Buffer.from(data).toString("base64url");
const uint = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

/** The public key as COSE has it: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`. */
const coseKey = (key: KeyObject): Buffer => {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const bytes = (value: string): Buffer =>
    Buffer.concat([Buffer.from([0x58, 32]), Buffer.from(value, "base64url")]);
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(x),
    Buffer.from([0x22]),
    bytes(y),
  ]);
};

/** `{"fmt": "none", "attStmt": {}, "authData": …}` in CBOR. */
const attestation = (authData: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([0xa3, 0x63]),
    Buffer.from("fmt"),
    Buffer.from([0x64]),
    Buffer.from("none"),
    Buffer.from([0x67]),
    Buffer.from("attStmt"),
    Buffer.from([0xa0, 0x68]),
    Buffer.from("authData"),
    Buffer.from([0x59]),
    uint(authData.length, 2),
    authData,
  ]);

/** Makes one, for a browser at `origin`. */
export const makeAuthenticator = (origin: string): Authenticator => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credential = randomBytes(32);
  const id = base64(credential);
  let user = "";
  const clientData = (type: string, challenge: unknown, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
      }),
    );
  const authData = (rpId: unknown, flags: number, counter: number, rest = Buffer.alloc(0)): Buffer =>
    Buffer.concat([sha256(String(rpId)), Buffer.from([flags]), uint(counter, 4), rest]);
  const self: Authenticator = {
    id,
    counter: 0,
    create: (options, lies = {}) => {
      const { rp, user: who } = options as { rp: { id: string }; user: { id: string } };
      user = who.id;
      const attested = Buffer.concat([
        Buffer.alloc(16),
        uint(credential.length, 2),
        credential,
        coseKey(publicKey),
      ]);
      const flags = (lies.flags ?? PRESENT_VERIFIED) | ATTESTED;
      const data = authData(lies.rpId ?? rp.id, flags, lies.counter ?? self.counter, attested);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64(clientData("webauthn.create", options["challenge"], lies)),
          attestationObject: base64(attestation(data)),
          transports: ["internal"],
        },
      };
    },
    get: (options, lies = {}) => {
      const client = clientData("webauthn.get", options["challenge"], lies);
      const data = authData(
        lies.rpId ?? options["rpId"],
        lies.flags ?? PRESENT_VERIFIED,
        lies.counter ?? ++self.counter,
      );
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), lies.key ?? privateKey);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64(client),
          authenticatorData: base64(data),
          signature: base64(signature),
          ...(lies.userHandle !== null && { userHandle: lies.userHandle ?? user }),
        },
      };
    },
  };
  return self;
};
