import type { InvitationRecord, Member } from "#ports";
import { formatTime, type Role } from "#wire";

/** A member in answers. */
export interface MemberBody {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Null for who sees all devices. */
  readonly groups: readonly string[] | null;
  readonly since: string;
}

/** A member as answers and the audit log show them. */
export const encodeMember = ({ person, email, name, role, groups, since }: Member): MemberBody => ({
  id: person,
  email,
  name,
  role,
  groups: groups ?? null,
  since: formatTime(since),
});

/** An invitation in answers, without its secret. */
export interface InvitationBody {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** Null for who will see all devices. */
  readonly groups: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** An invitation as answers and the audit log show it. */
export const encodeInvitation = (invitation: InvitationRecord): InvitationBody => ({
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  groups: invitation.groups ?? null,
  createdAt: formatTime(invitation.createdAt),
  expiresAt: formatTime(invitation.expiresAt),
});
