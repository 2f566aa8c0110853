import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { FastifyRequest } from "fastify";
import type { PasskeyRecord, Passkeys, PersonId } from "#ports";
import { formatTime, Problem, show } from "#wire";
import { AccountDesk, type AccountPorts } from "./account-desk.ts";
import { AccountLog } from "./account-log.ts";
import { readName } from "./member-desk.ts";
import { OwnProof, type OwnProofPorts, type Proof } from "./own-proof.ts";
import { Pending } from "./pending.ts";
import { type RelyingParty, relyingParty } from "./relying-party.ts";
import { mintId } from "./secrets.ts";
import { webauthn } from "./webauthn.ts";

/** What the desk works with. */
export interface PasskeyPorts extends AccountPorts, OwnProofPorts {
  readonly passkeys: Passkeys;
  readonly publicUrl?: string;
}

/** A passkey as answers, pages and the audit log show it. */
export interface PasskeyBody {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt: string | null;
}

/** What a browser makes a passkey from. */
export interface PasskeyOffer {
  /** Names the offer when the passkey comes. */
  readonly key: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

interface Offered {
  readonly person: PersonId;
  readonly challenge: string;
}

/** Passkeys that one person has at most. */
export const MOST_PASSKEYS = 20;
const BOUNDS = { lasts: 300_000, most: 1000, mostOfOne: 4 } as const;
/** EdDSA, ES256 and RS256, which every authenticator knows one of. */
const ALGORITHMS = [-8, -7, -257];

const bodyOf = ({ id, name, createdAt, usedAt }: PasskeyRecord): PasskeyBody => ({
  id,
  name,
  createdAt: formatTime(createdAt),
  usedAt: usedAt === undefined ? null : formatTime(usedAt),
});

/** What somebody does with the own passkeys. */
export class PasskeyDesk {
  readonly #ports: PasskeyPorts;
  readonly #account: AccountDesk;
  readonly #proof: OwnProof;
  readonly #log: AccountLog;
  readonly #offered: Pending<Offered>;

  constructor(ports: PasskeyPorts) {
    this.#ports = ports;
    this.#account = new AccountDesk(ports);
    this.#proof = new OwnProof(ports);
    this.#log = new AccountLog(ports);
    this.#offered = new Pending(ports.clock, BOUNDS);
  }

  /** Where passkeys can be made and shown. */
  party(request: FastifyRequest): RelyingParty | undefined {
    return relyingParty(request, this.#ports.publicUrl);
  }

  async list(request: FastifyRequest): Promise<readonly PasskeyBody[]> {
    const { id } = await this.#account.person(request);
    return (await this.#ports.passkeys.of(id)).map(bodyOf);
  }

  /** Offers to make one to who proves who it is. Throws `conflict` when there are too many, and what `OwnProof` throws. */
  async offer(request: FastifyRequest, proof: Proof): Promise<PasskeyOffer> {
    const { id: rpID } = this.#needParty(request);
    const person = await this.#account.person(request);
    await this.#proof.check(request, person, proof);
    const own = await this.#ports.passkeys.of(person.id);
    if (own.length >= MOST_PASSKEYS) {
      throw new Problem("conflict", `there are ${MOST_PASSKEYS} passkeys already; remove one first`);
    }
    const { generateRegistrationOptions } = await webauthn();
    const options = await generateRegistrationOptions({
      rpName: "Whereabouts",
      rpID,
      userID: new TextEncoder().encode(person.id),
      userName: person.email,
      userDisplayName: person.name,
      timeout: BOUNDS.lasts,
      attestationType: "none",
      excludeCredentials: own.map(({ credential }) => ({ id: credential })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return {
      key: this.#offered.put(person.id, { person: person.id, challenge: options.challenge }),
      options,
    };
  }

  /** Adds what a browser made from an offer. Throws `wrong_passkey`, `invalid_field` and `conflict`. */
  async add(
    request: FastifyRequest,
    { key, name, response }: Readonly<Record<string, unknown>>,
  ): Promise<PasskeyBody> {
    const { id: rpId, origin } = this.#needParty(request);
    const person = await this.#account.person(request);
    const called = readName(name);
    const offered = this.#offered.take(typeof key === "string" ? key : undefined);
    if (offered?.person !== person.id) {
      throw new Problem("wrong_passkey", "this took too long or was done already; begin again");
    }
    const { verifyRegistrationResponse } = await webauthn();
    const made = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: offered.challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch((cause: unknown) => {
      throw new Problem("wrong_passkey", "the browser's answer does not hold", { cause });
    });
    if (!made.verified) throw new Problem("wrong_passkey", "the browser's answer does not hold");
    const { credential } = made.registrationInfo;
    const passkey: PasskeyRecord = {
      id: mintId("passkey"),
      person: person.id,
      credential: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      name: called,
      createdAt: this.#ports.clock.now(),
    };
    await this.#ports.passkeys.add(passkey, MOST_PASSKEYS);
    await this.#log.write(request, person, {
      action: "passkey.create",
      of: passkey.id,
      after: { name: called },
    });
    return bodyOf(passkey);
  }

  /** Throws `not_found` and `invalid_field`. */
  async rename(request: FastifyRequest, id: string, name: unknown): Promise<PasskeyBody> {
    const [person, before] = await this.#own(request, id);
    const called = readName(name);
    if (!(await this.#ports.passkeys.rename(person.id, id, called))) throw none(id);
    if (called !== before.name) {
      const change = { before: { name: before.name }, after: { name: called } };
      await this.#log.write(request, person, { action: "passkey.change", of: id, ...change });
    }
    return bodyOf({ ...before, name: called });
  }

  /** Throws `not_found` and `last_way_in`. */
  async remove(request: FastifyRequest, id: string): Promise<void> {
    const [person, before] = await this.#own(request, id);
    if (!(await this.#ports.passkeys.remove(person.id, id))) throw none(id);
    await this.#log.write(request, person, {
      action: "passkey.delete",
      of: id,
      before: { name: before.name },
    });
  }

  async #own(request: FastifyRequest, id: string) {
    const person = await this.#account.person(request);
    const passkey = (await this.#ports.passkeys.of(person.id)).find((one) => one.id === id);
    if (passkey === undefined) throw none(id);
    return [person, passkey] as const;
  }

  #needParty(request: FastifyRequest): RelyingParty {
    const party = this.party(request);
    if (party !== undefined) return party;
    throw new Problem("forbidden", "passkeys need a server with a name; its public address is a number");
  }
}

const none = (id: string): Problem => new Problem("not_found", `there is no passkey ${show(id)}`);
