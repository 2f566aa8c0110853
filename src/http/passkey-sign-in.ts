import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PasskeyRecord } from "#ports";
import { Problem, scopesOf } from "#wire";
import { askObject, askText } from "./ask.ts";
import { clearCookie, readCookie, setCookie } from "./cookie.ts";
import { limited } from "./limited-sign-in.ts";
import type { HttpOptions } from "./options.ts";
import { addPatience } from "./patience.ts";
import { Pending } from "./pending.ts";
import { type RelyingParty, relyingParty } from "./relying-party.ts";
import { safeTarget } from "./safe-target.ts";
import { isNotCrossSite } from "./same-origin.ts";
import { type Opening, SessionOpener } from "./session-opener.ts";
import { webauthn } from "./webauthn.ts";

const PUBLIC = { config: { access: "public" }, bodyLimit: 16_384 } as const;

/** The cookie of a browser that was given a challenge. */
const COOKIE = { name: "whereabouts_passkey", path: "/sign-in" } as const;
/** Challenges, which anybody may ask for: so many of one address, and of all. */
const BOUNDS = { lasts: 300_000, most: 10_000, mostOfOne: 20 } as const;

const wrong = (cause?: unknown): Problem =>
  new Problem("wrong_passkey", "this passkey does not sign anybody in here, or its answer is too old", {
    cause,
  });

/** Signs people in with passkeys alone: the authenticator has seen to it that it is they. */
class PasskeySignIn {
  readonly #options: HttpOptions;
  readonly #sessions: SessionOpener;
  readonly #challenges: Pending<string>;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#sessions = new SessionOpener(options);
    this.#challenges = new Pending(options.clock, BOUNDS);
  }

  /** A challenge for this browser. Whose passkeys there are is not told: the browser knows its own. */
  async challenge(request: FastifyRequest, reply: FastifyReply) {
    const { publicUrl, lockOut } = this.#options;
    if (!isNotCrossSite(request, publicUrl)) {
      throw new Problem("cross_site", "sign-ins are only taken from this server's own page");
    }
    lockOut.addresses.check(request.ip);
    const { generateAuthenticationOptions } = await webauthn();
    const options = await generateAuthenticationOptions({
      rpID: this.#party(request).id,
      timeout: BOUNDS.lasts,
      userVerification: "required",
    });
    const value = this.#challenges.put(request.ip, options.challenge);
    reply
      .header("set-cookie", setCookie(COOKIE, value, BOUNDS.lasts, this.#sessions.secure))
      .header("cache-control", "no-store");
    return options;
  }

  async enter(request: FastifyRequest, reply: FastifyReply) {
    const opening = await limited(request, this.#options, () => this.#prove(request));
    const opened = await this.#sessions.enter(request, reply, opening);
    reply.header("set-cookie", clearCookie(COOKIE, this.#sessions.secure));
    return { ...opened, to: safeTarget(askText(request, "to")) };
  }

  /** Says the same whatever is wrong. The challenge is spent, right or not. */
  async #prove(request: FastifyRequest): Promise<Opening> {
    const { passkeys, members, clock } = this.#options;
    const challenge = this.#challenges.take(readCookie(request.headers.cookie, COOKIE.name));
    const response = askObject(request)["response"] as Partial<AuthenticationResponseJSON> | null | undefined;
    if (challenge === undefined || typeof response?.id !== "string") throw wrong();
    const passkey = await passkeys.byCredential(response.id);
    if (passkey === undefined) throw wrong();
    const counter = await this.#verify(request, response as AuthenticationResponseJSON, passkey, challenge);
    if (!(await passkeys.use(passkey.id, counter, clock.now()))) throw wrong();
    const [member] = await members.of(passkey.person);
    if (member === undefined) throw wrong();
    return { workspace: member.workspace, scopes: scopesOf(member.role), person: passkey.person };
  }

  /** Answers the new counter. */
  async #verify(
    request: FastifyRequest,
    response: AuthenticationResponseJSON,
    { credential, publicKey, counter, person }: PasskeyRecord,
    challenge: string,
  ): Promise<number> {
    const { id, origin } = this.#party(request);
    const { verifyAuthenticationResponse } = await webauthn();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      credential: { id: credential, publicKey: Buffer.from(publicKey, "base64url"), counter },
      requireUserVerification: true,
    }).catch((cause: unknown) => {
      throw wrong(cause);
    });
    if (!verified || response.response.userHandle !== Buffer.from(person).toString("base64url"))
      throw wrong();
    return authenticationInfo.newCounter;
  }

  #party(request: FastifyRequest): RelyingParty {
    const party = relyingParty(request, this.#options.publicUrl);
    if (party !== undefined) return party;
    throw new Problem("forbidden", "passkeys need a server with a name; its public address is a number");
  }
}

/** `/sign-in/passkey`: a challenge, and the answer to it. */
export const addPasskeySignIn = (server: FastifyInstance, options: HttpOptions): void => {
  const signIn = new PasskeySignIn(options);
  void server.register(async (scope) => {
    addPatience(scope);
    scope.post("/sign-in/passkey/options", PUBLIC, (request, reply) => signIn.challenge(request, reply));
    scope.post("/sign-in/passkey", PUBLIC, (request, reply) => signIn.enter(request, reply));
  });
};
