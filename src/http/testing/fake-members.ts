import type {
  Audit,
  AuditRecord,
  Identities,
  IdentityRecord,
  InvitationRecord,
  Invitations,
  MemberRecord,
  Members,
  PasskeyRecord,
  Passkeys,
  PasswordResetRecord,
  PersonRecord,
  SecondFactors,
  SessionRecord,
  TotpRecord,
} from "#ports";
import { Problem } from "#wire";

/** People, members, invitations and the audit log in memory. */
export interface FakeMembers {
  readonly people: PersonRecord[];
  readonly memberRecords: MemberRecord[];
  readonly invitationRecords: InvitationRecord[];
  readonly resets: PasswordResetRecord[];
  readonly auditRecords: AuditRecord[];
  readonly members: Members;
  readonly invitations: Invitations;
  readonly audit: Audit;
  readonly factors: SecondFactors;
  readonly identityRecords: IdentityRecord[];
  readonly identities: Identities;
  readonly passkeyRecords: PasskeyRecord[];
  readonly passkeys: Passkeys;
}

const dropWhere = <Thing>(list: Thing[], test: (thing: Thing) => boolean): Thing[] => {
  const dropped = list.filter(test);
  for (const thing of dropped) list.splice(list.indexOf(thing), 1);
  return dropped;
};

const makeFakeFactors = (): SecondFactors => {
  const records = new Map<string, { readonly totp: TotpRecord; step: number; codes: string[] }>();
  return {
    totp: async (person) => {
      const record = records.get(person);
      return record && { ...record.totp, codesLeft: record.codes.length };
    },
    turnOn: async (totp, step, codes) => {
      if (records.has(totp.person)) return false;
      records.set(totp.person, { totp, step, codes: [...codes] });
      return true;
    },
    useStep: async (person, step) => {
      const record = records.get(person);
      if (record === undefined || record.step >= step) return false;
      record.step = step;
      return true;
    },
    useCode: async (person, hash) =>
      dropWhere(records.get(person)?.codes ?? [], (one) => one === hash).length > 0,
    replaceCodes: async (person, codes) => {
      const record = records.get(person);
      if (record) record.codes = [...codes];
      return record !== undefined;
    },
    turnOff: async (person) => records.delete(person),
  };
};

const makeFakePasskeys = (records: PasskeyRecord[], needWayIn: (person: string) => void): Passkeys => {
  const change = (at: number, more: Partial<PasskeyRecord>): boolean => {
    const record = records[at];
    if (record) records[at] = { ...record, ...more };
    return record !== undefined;
  };
  return {
    add: async (passkey) => {
      if (records.some(({ credential }) => credential === passkey.credential)) {
        throw new Problem("conflict", "this passkey was added before");
      }
      records.push(passkey);
    },
    byCredential: async (credential) => records.find((one) => one.credential === credential),
    of: async (person) => records.filter((one) => one.person === person),
    use: async (id, counter, usedAt) => {
      const goesOn = (one: PasskeyRecord) => one.counter < counter || (one.counter === 0 && counter === 0);
      return change(
        records.findIndex((one) => one.id === id && goesOn(one)),
        { counter, usedAt },
      );
    },
    rename: async (person, id, name) =>
      change(
        records.findIndex((one) => one.id === id && one.person === person),
        { name },
      ),
    remove: async (person, id) => {
      const [gone] = dropWhere(records, (one) => one.id === id && one.person === person);
      if (gone === undefined) return false;
      try {
        needWayIn(person);
      } catch (error) {
        records.push(gone);
        throw error;
      }
      return true;
    },
  };
};

/** `sessions` are those that a removed member loses. */
export const makeFakeMembers = (sessions: SessionRecord[]): FakeMembers => {
  const people: PersonRecord[] = [];
  const memberRecords: MemberRecord[] = [];
  const invitationRecords: InvitationRecord[] = [];
  const resets: PasswordResetRecord[] = [];
  const auditRecords: AuditRecord[] = [];
  const find = (workspace: string, person: string): MemberRecord | undefined =>
    memberRecords.find((member) => member.workspace === workspace && member.person === person);
  const needOwner = (workspace: string, but: MemberRecord): void => {
    const others = memberRecords.filter((one) => one.workspace === workspace && one !== but);
    if (but.role === "owner" && !others.some(({ role }) => role === "owner")) {
      throw new Problem("last_owner", "the last owner");
    }
  };
  const named = (member: MemberRecord) => {
    const person = people.find(({ id }) => id === member.person);
    return { ...member, email: person?.email ?? "", name: person?.name ?? "" };
  };
  const setPerson = (id: string, change: Partial<PersonRecord>): boolean => {
    const at = people.findIndex((person) => person.id === id);
    const person = people[at];
    if (person) people[at] = { ...person, ...change };
    return person !== undefined;
  };
  const members: Members = {
    person: async (id) => people.find((person) => person.id === id),
    byEmail: async (email) => people.find((person) => person.email === email),
    update: async ({ id, name, password }) =>
      setPerson(id, { name, ...(password !== undefined && { password }) }),
    list: async (workspace) => memberRecords.filter((member) => member.workspace === workspace).map(named),
    get: async (workspace, person) => {
      const member = find(workspace, person);
      return member && named(member);
    },
    of: async (person) =>
      memberRecords
        .filter((member) => member.person === person)
        .toSorted((a, b) => (a.workspace < b.workspace ? -1 : 1)),
    change: async (workspace, person, to) => {
      const member = find(workspace, person);
      if (!member) return false;
      if (to.role !== "owner") needOwner(workspace, member);
      memberRecords[memberRecords.indexOf(member)] = { workspace, person, ...to, since: member.since };
      return true;
    },
    remove: async (workspace, person) => {
      const member = find(workspace, person);
      if (!member) return false;
      needOwner(workspace, member);
      dropWhere(memberRecords, (one) => one === member);
      dropWhere(sessions, (one) => one.person === person && one.workspace === workspace);
      return true;
    },
  };
  const invitations: Invitations = {
    offer: async (invitation) => {
      const { workspace, email } = invitation;
      dropWhere(invitationRecords, (one) => one.workspace === workspace && one.email === email);
      invitationRecords.push(invitation);
    },
    list: async (workspace, now) =>
      invitationRecords.filter((one) => one.workspace === workspace && one.expiresAt > now),
    byHash: async (hash, now) => invitationRecords.find((one) => one.hash === hash && one.expiresAt > now),
    revoke: async (workspace, id) =>
      dropWhere(invitationRecords, (one) => one.workspace === workspace && one.id === id).length > 0,
    accept: async (hash, newcomer, now) => {
      const [invitation] = dropWhere(invitationRecords, (one) => one.hash === hash && one.expiresAt > now);
      if (!invitation) return undefined;
      const { workspace, email, role, groups } = invitation;
      const known = people.find((person) => person.email === email);
      if (!known) people.push({ ...newcomer, email });
      const person = known?.id ?? newcomer.id;
      const member = find(workspace, person) ?? {
        workspace,
        person,
        role,
        ...(groups && { groups }),
        since: now,
      };
      if (!find(workspace, person)) memberRecords.push(member);
      return member;
    },
    offerReset: async (reset) => {
      dropWhere(resets, ({ person }) => person === reset.person);
      resets.push(reset);
    },
    resetOf: async (hash, now) => resets.find((one) => one.hash === hash && one.expiresAt > now)?.person,
    redeemReset: async (hash, password, now) => {
      const [reset] = dropWhere(resets, (one) => one.hash === hash && one.expiresAt > now);
      if (!reset) return undefined;
      setPerson(reset.person, { password });
      dropWhere(sessions, ({ person }) => person === reset.person);
      return reset.person;
    },
  };
  const audit: Audit = {
    write: async (entry) => void auditRecords.push({ ...entry, seq: auditRecords.length + 1 }),
    list: async (workspace, { before = Infinity, limit }) =>
      auditRecords
        .filter((entry) => entry.workspace === workspace && entry.seq < before)
        .toReversed()
        .slice(0, limit),
  };
  const factors = makeFakeFactors();
  const passkeyRecords: PasskeyRecord[] = [];
  const identityRecords: IdentityRecord[] = [];
  const needWayIn = (id: string): void => {
    const isOpen =
      people.find((one) => one.id === id)?.password ??
      [...passkeyRecords, ...identityRecords].find((one) => one.person === id);
    if (isOpen === undefined) throw new Problem("last_way_in", "nothing else lets you in");
  };
  const passkeys = makeFakePasskeys(passkeyRecords, needWayIn);
  const identities: Identities = {
    find: async (issuer, subject) =>
      identityRecords.find((one) => one.issuer === issuer && one.subject === subject),
    of: async (person) => identityRecords.filter((one) => one.person === person),
    link: async (identity) => {
      const { issuer, subject, person } = identity;
      const ofIssuer = identityRecords.filter((one) => one.issuer === issuer);
      if (ofIssuer.some((one) => one.subject === subject || one.person === person)) return false;
      identityRecords.push(identity);
      return true;
    },
    unlink: async (person, issuer) => {
      const [gone] = dropWhere(identityRecords, (one) => one.person === person && one.issuer === issuer);
      if (gone === undefined) return false;
      try {
        needWayIn(person);
      } catch (error) {
        identityRecords.push(gone);
        throw error;
      }
      return true;
    },
    admit: async (identity, newcomer, now) => {
      const invitation = invitationRecords.find((one) => one.email === newcomer.email && one.expiresAt > now);
      if (invitation === undefined) return undefined;
      identityRecords.push({ ...identity, person: newcomer.id });
      return await invitations.accept(invitation.hash, newcomer, now);
    },
  };
  return {
    people,
    memberRecords,
    invitationRecords,
    resets,
    auditRecords,
    members,
    invitations,
    audit,
    factors,
    passkeyRecords,
    passkeys,
    identityRecords,
    identities,
  };
};
