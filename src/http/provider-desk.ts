import type { FastifyRequest } from "fastify";
import type { Identities, IdentityRecord, Invitations, Members, PersonRecord } from "#ports";
import { Problem, scopesOf } from "#wire";
import { AccountDesk, type AccountPorts } from "./account-desk.ts";
import { AccountLog } from "./account-log.ts";
import { encodeMember } from "./member-bodies.ts";
import { readEmail, readName } from "./member-desk.ts";
import { OwnProof, type OwnProofPorts, type Proof } from "./own-proof.ts";
import type { Provider, ProviderAccount } from "./provider.ts";
import { mintId } from "./secrets.ts";
import type { Opening } from "./session-opener.ts";

/** What the desk works with. */
export interface ProviderPorts extends AccountPorts, OwnProofPorts {
  readonly members: Members;
  readonly invitations: Invitations;
  readonly identities: Identities;
  /** Absent where the operator names none. */
  readonly provider?: Provider;
}

/** Whom an account at the provider lets in, and whose it is. */
export class ProviderDesk {
  readonly #ports: ProviderPorts;
  readonly #account: AccountDesk;
  readonly #proof: OwnProof;
  readonly #log: AccountLog;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
    this.#account = new AccountDesk(ports);
    this.#proof = new OwnProof(ports);
    this.#log = new AccountLog(ports);
  }

  /** One's own account at the provider, if it is linked. Throws `not_found` where there is no provider. */
  async own(request: FastifyRequest): Promise<IdentityRecord | undefined> {
    const { id } = await this.#account.person(request);
    const all = await this.#ports.identities.of(id);
    const { issuer } = this.provider();
    return all.find((one) => one.issuer === issuer);
  }

  /** Throws `not_found`. */
  provider(): Provider {
    const { provider } = this.#ports;
    if (provider !== undefined) return provider;
    throw new Problem("not_found", "this server has no sign-in provider");
  }

  /** Sends who proves who it is to the provider. Throws what `OwnProof` and `Provider` throw. */
  async beginLink(
    request: FastifyRequest,
    proof: Proof,
  ): Promise<{ readonly url: string; readonly secret: string }> {
    const person = await this.#account.person(request);
    await this.#proof.check(request, person, proof);
    const session = this.#account.current(request);
    if (session === undefined) throw new Problem("forbidden", "accounts are linked in a signed-in browser");
    return await this.provider().begin(person.id, {
      target: "/account/provider",
      link: { person: person.id, session },
    });
  }

  /** Links it for the session that asked. Throws `provider_refused` when that has ended, and `conflict`. */
  async link(
    request: FastifyRequest,
    asked: { readonly person: string; readonly session: string },
    account: ProviderAccount,
  ): Promise<void> {
    const { members, sessions, clock } = this.#ports;
    const session = await sessions.byHash(asked.session);
    const person = await members.person(asked.person);
    const isHere = this.#account.current(request) === asked.session && session?.person === asked.person;
    if (person === undefined || !isHere || session.expiresAt <= clock.now()) {
      throw new Problem("provider_refused", "the session that began this has ended; begin again");
    }
    if (await this.#link(request, person, account)) return;
    throw new Problem("conflict", "that account is linked already, or you have linked another one");
  }

  /** Throws `not_found` and `last_way_in`. */
  async unlink(request: FastifyRequest): Promise<void> {
    const person = await this.#account.person(request);
    const before = await this.own(request);
    const isGone = before && (await this.#ports.identities.unlink(person.id, before.issuer));
    if (!isGone) throw new Problem("not_found", "no account of the provider is linked");
    const { issuer, email } = before;
    await this.#log.write(request, person, {
      action: "provider-link.delete",
      of: person.id,
      before: { issuer, ...(email !== undefined && { email }) },
    });
  }

  /**
   * Whom this account lets in: whose it is; else the member who has its verified address; else who is invited by it.
   * Throws `unknown_account` for everybody else.
   */
  async enter(request: FastifyRequest, account: ProviderAccount): Promise<Opening> {
    const { members, identities } = this.#ports;
    const known = await identities.find(account.issuer, account.subject);
    if (known !== undefined) return await this.#openingOf(known.person);
    const email = verifiedEmail(account);
    const person = await members.byEmail(email);
    if (person === undefined) return await this.#admit(request, account, email);
    // The address may have gone to somebody else at the provider: the account that was linked first stays the only one.
    if (await this.#link(request, person, account)) return await this.#openingOf(person.id);
    throw new Problem("unknown_account", `${email} signs in here with another account of the provider`);
  }

  async #admit(request: FastifyRequest, account: ProviderAccount, email: string): Promise<Opening> {
    const { identities, members, clock } = this.#ports;
    const now = clock.now();
    const newcomer = { id: mintId("person"), email, name: nameOf(account, email), createdAt: now };
    const { issuer, subject } = account;
    const member = await identities.admit({ issuer, subject, email, createdAt: now }, newcomer, now);
    if (member === undefined) {
      throw new Problem("unknown_account", `nobody here has invited ${email}; ask for an invitation`);
    }
    const { workspace, person } = member;
    const made = await members.get(workspace, person);
    await this.#log.write(request, newcomer, {
      action: "member.create",
      of: person,
      ...(made && { after: encodeMember(made) }),
    });
    return { workspace, scopes: scopesOf(member.role), person };
  }

  async #link(request: FastifyRequest, person: PersonRecord, account: ProviderAccount): Promise<boolean> {
    const { identities, clock } = this.#ports;
    const { issuer, subject, email } = account;
    const named = { issuer, ...(email !== undefined && { email }) };
    const identity = { ...named, subject, person: person.id, createdAt: clock.now() };
    if (!(await identities.link(identity))) return false;
    await this.#log.write(request, person, { action: "provider-link.create", of: person.id, after: named });
    return true;
  }

  async #openingOf(person: string): Promise<Opening> {
    const [member] = await this.#ports.members.of(person);
    if (member !== undefined) return { workspace: member.workspace, scopes: scopesOf(member.role), person };
    throw new Problem("unknown_account", "this account of the provider is nobody's here");
  }
}

const verifiedEmail = ({ email }: ProviderAccount): string => {
  if (email === undefined) {
    throw new Problem("unknown_account", "the provider has verified no mail address of this account");
  }
  return readEmail(email);
};

/** What the provider calls somebody, where that is a name. */
const nameOf = ({ name }: ProviderAccount, email: string): string => {
  try {
    return readName(name);
  } catch {
    return email;
  }
};
