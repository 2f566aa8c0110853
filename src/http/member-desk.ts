import type {
  Clock,
  InvitationRecord,
  Invitations,
  Member,
  MemberRecord,
  Members,
  Membership,
  PersonId,
  PersonRecord,
  SecondFactors,
} from "#ports";
import { canBeLimited, isPrintable, Problem, ROLES, show, type WorkspaceId } from "#wire";
import type { AccessControl } from "./access.ts";
import { readGroups } from "./groups.ts";
import { hashPassword, readNewPassword } from "./passwords.ts";
import { hashSecret, mintId, mintSecret } from "./secrets.ts";

/** What the desk works with. */
export interface MemberPorts {
  readonly members: Members;
  readonly invitations: Invitations;
  readonly factors: SecondFactors;
  readonly access: AccessControl;
  readonly clock: Clock;
}

/** A link and how long it holds; its secret is only ever here. */
export interface OfferedLink {
  /** Path on this server. */
  readonly path: string;
  readonly expiresAt: number;
}

type Fields = Readonly<Record<string, unknown>>;

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Longest address that mail knows (RFC 5321). */
export const MOST_EMAIL = 254;
/** Longest name. */
const MOST_NAME = 100;

const wrong = (detail: string): Problem => new Problem("invalid_field", detail);

/** A mail address in lower case. Throws `invalid_field`. */
export const readEmail = (value: unknown): string => {
  if (
    typeof value === "string" &&
    value.length <= MOST_EMAIL &&
    isPrintable(value) &&
    /^[^\s@<>",;]+@[^\s@<>",;]+$/.test(value.trim())
  ) {
    return value.trim().toLowerCase();
  }
  throw wrong(`email is ${show(value)}; expected an address such as kim@example.org`);
};

/** A person's name. Throws `invalid_field`. */
export const readName = (value: unknown): string => {
  if (typeof value === "string" && value.length <= MOST_NAME && isPrintable(value) && value.trim() !== "") {
    return value.trim();
  }
  throw wrong(`name is ${show(value)}; expected 1 to ${MOST_NAME} printable characters`);
};

/** Role and groups; what is absent stays as `before` has it. Throws `invalid_field`. */
export const readMembership = (fields: Fields, before?: Membership): Membership => {
  const role = ROLES.find((one) => one === (fields["role"] ?? before?.role));
  if (role === undefined) throw wrong(`role is ${show(fields["role"])}; expected ${ROLES.join(", ")}`);
  const given = readGroups(fields["groups"]);
  const groups = given === undefined ? before?.groups : given.length === 0 ? undefined : given;
  if (groups === undefined) return { role };
  if (!canBeLimited(role)) {
    throw wrong(
      `groups are given to a ${role}, who decides for all devices; only operators and viewers can be limited`,
    );
  }
  return { role, groups };
};

/** Invites, changes and removes members, and lets people choose their passwords. */
export class MemberDesk {
  readonly #ports: MemberPorts;

  constructor(ports: MemberPorts) {
    this.#ports = ports;
  }

  /** Throws `not_found`. */
  async get(workspace: WorkspaceId, person: PersonId): Promise<Member> {
    const member = await this.#ports.members.get(workspace, person);
    if (member === undefined) throw new Problem("not_found", `there is no member ${show(person)}`);
    return member;
  }

  /** Throws `invalid_field` where `invite` would. */
  mayInvite(fields: Fields): void {
    readEmail(fields["email"]);
    readMembership(fields);
  }

  /** Throws `conflict` for a member's address. */
  async invite(workspace: WorkspaceId, fields: Fields): Promise<InvitationRecord & OfferedLink> {
    const { members, invitations, clock } = this.#ports;
    const email = readEmail(fields["email"]);
    const membership = readMembership(fields);
    const known = await members.byEmail(email);
    if (known !== undefined && (await members.get(workspace, known.id)) !== undefined) {
      throw new Problem("conflict", `${email} is a member already`);
    }
    const { secret, hash } = mintSecret();
    const now = clock.now();
    const invitation: InvitationRecord = {
      id: mintId("invitation"),
      workspace,
      email,
      ...membership,
      hash,
      createdAt: now,
      expiresAt: now + WEEK_MS,
    };
    await invitations.offer(invitation);
    return { ...invitation, path: `/join/${secret}` };
  }

  /** Throws `not_found`. */
  async withdraw(workspace: WorkspaceId, id: string): Promise<void> {
    if (await this.#ports.invitations.revoke(workspace, id)) return;
    throw new Problem("not_found", `there is no invitation ${show(id)}`);
  }

  /** What the person may see changes at once: open streams end, and come back with what holds now. */
  async change(workspace: WorkspaceId, person: PersonId, fields: Fields): Promise<Member> {
    const before = await this.get(workspace, person);
    await this.#ports.members.change(workspace, person, readMembership(fields, before));
    this.#ports.access.forgetPerson(person);
    return await this.get(workspace, person);
  }

  /** Throws `not_found` and `last_owner`. */
  async remove(workspace: WorkspaceId, person: PersonId): Promise<void> {
    await this.get(workspace, person);
    await this.#ports.members.remove(workspace, person);
    this.#ports.access.forgetPerson(person);
  }

  /**
   * Such a link for a member. Throws `not_found`, and `forbidden` for who is in other workspaces as well: whoever has the
   * link gets in there too.
   */
  async offerResetTo(workspace: WorkspaceId, person: PersonId): Promise<OfferedLink> {
    await this.#needOnlyHere(workspace, person, "a link can be mailed from the sign-in page");
    return await this.offerReset(person);
  }

  /**
   * Turns the authenticator of a member off who has lost it. Throws `not_found` where none is on, and `forbidden` for who
   * is in other workspaces as well.
   */
  async turnOffTotp(workspace: WorkspaceId, person: PersonId): Promise<void> {
    await this.#needOnlyHere(
      workspace,
      person,
      "whoever runs the server can turn it off while it is stopped",
    );
    if (await this.#ports.factors.turnOff(person)) return;
    throw new Problem("not_found", "there is no authenticator to turn off");
  }

  /** Who decides here decides nothing about an account that opens other workspaces too. */
  async #needOnlyHere(workspace: WorkspaceId, person: PersonId, instead: string): Promise<void> {
    const { name } = await this.get(workspace, person);
    const all = await this.#ports.members.of(person);
    if (all.length === 1) return;
    throw new Problem("forbidden", `${name} is in other workspaces too; ${instead}`);
  }

  /** A link with which the person chooses another password, once, within an hour. */
  async offerReset(person: PersonId): Promise<OfferedLink> {
    const { secret, hash } = mintSecret();
    const expiresAt = this.#ports.clock.now() + HOUR_MS;
    await this.#ports.invitations.offerReset({ hash, person, expiresAt });
    return { path: `/reset/${secret}`, expiresAt };
  }

  /** Who is invited by this link, and whether an account is there already. Throws `sign_in_link_used`. */
  async invited(secret: string): Promise<{ readonly invitation: InvitationRecord; readonly known: boolean }> {
    const { invitations, members, clock } = this.#ports;
    const invitation = await invitations.byHash(hashSecret(secret), clock.now());
    if (invitation === undefined) throw spent();
    return { invitation, known: (await members.byEmail(invitation.email)) !== undefined };
  }

  /** Uses an invitation: whoever is no person yet becomes one, with this name and password. */
  async join(secret: string, fields: Fields): Promise<MemberRecord> {
    const { invitations, clock } = this.#ports;
    const { invitation, known } = await this.invited(secret);
    const now = clock.now();
    const newcomer: Omit<PersonRecord, "email"> = {
      id: mintId("person"),
      name: invitation.email,
      createdAt: now,
    };
    const chosen = known
      ? newcomer
      : {
          ...newcomer,
          name: readName(fields["name"]),
          password: await hashPassword(readNewPassword(fields["password"], invitation.email)),
        };
    const member = await invitations.accept(hashSecret(secret), chosen, now);
    if (member === undefined) throw spent();
    return member;
  }

  /** Whose link for another password this is. Throws `sign_in_link_used`. */
  async resetting(secret: string): Promise<PersonRecord> {
    const { invitations, members, clock } = this.#ports;
    const id = await invitations.resetOf(hashSecret(secret), clock.now());
    const person = id === undefined ? undefined : await members.person(id);
    if (person === undefined) throw spent();
    return person;
  }

  /** Sets the password that the person chose; every session of theirs ends. */
  async reset(secret: string, fields: Fields): Promise<PersonId> {
    const { invitations, access, clock } = this.#ports;
    const { email } = await this.resetting(secret);
    const password = await hashPassword(readNewPassword(fields["password"], email));
    const person = await invitations.redeemReset(hashSecret(secret), password, clock.now());
    if (person === undefined) throw spent();
    access.forgetPerson(person);
    return person;
  }
}

const spent = (): Problem =>
  new Problem("sign_in_link_used", "the link was used, is too old or was never made; ask for a new one");
