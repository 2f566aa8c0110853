import { createAccess, encodeMember, MemberDesk } from "#http";
import type { Clock } from "#ports";
import type { SqliteStore } from "#store";
import { FIRST_WORKSPACE, type Role } from "#wire";
import { askServer } from "./ask-server.ts";
import { systemClock } from "./clock.ts";
import { onlineOrAtRest, type Place } from "./place.ts";
import type { Surroundings } from "./surroundings.ts";

/** Somebody to be invited. */
export interface UserOrder {
  readonly email: string;
  readonly role: Role;
  readonly groups: readonly string[];
}

/** A link as the server or the desk made it. */
interface Made {
  readonly link: string;
}

/** A member as lists show it. */
interface Listed {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly groups: readonly string[] | null;
}

const deskOf = (store: SqliteStore, clock: Clock = systemClock): MemberDesk =>
  new MemberDesk({ ...store, clock, access: createAccess({ ...store, clock }) });

/** A link with the address of the server in front, unless the server has put its own there. */
const whole = ({ url }: Place, link: string): string => new URL(link, url).href;

const listMembers = (place: Place): Promise<readonly Listed[]> =>
  onlineOrAtRest(
    place,
    async () =>
      ((await askServer(place, { method: "GET", path: "/api/members" })) as { members: Listed[] }).members,
    async (store) => (await store.members.list(place.workspace ?? FIRST_WORKSPACE)).map(encodeMember),
  );

/** The member with this address. */
async function find(place: Place, email: string): Promise<Listed> {
  const member = (await listMembers(place)).find((one) => one.email === email.toLowerCase());
  if (member === undefined) throw new Error(`there is no member ${email}`);
  return member;
}

/** `whereabouts user add`: prints the link of an invitation alone on stdout. */
export async function addUser(place: Place, order: UserOrder, around: Surroundings): Promise<number> {
  const fields = { ...order, groups: order.groups.length === 0 ? null : order.groups };
  const { link } = await onlineOrAtRest<Made>(
    place,
    async () =>
      (await askServer(place, {
        method: "POST",
        path: "/api/invitations",
        body: JSON.stringify(fields),
      })) as Made,
    async (store) => ({
      link: (await deskOf(store).invite(place.workspace ?? FIRST_WORKSPACE, fields)).path,
    }),
  );
  around.stderr.write(
    `an invitation for ${order.email} as ${order.role}; it holds for a week and works once:\n`,
  );
  around.stdout.write(`${whole(place, link)}\n`);
  return 0;
}

/** `whereabouts user list`. */
export async function listUsers(place: Place, around: Surroundings): Promise<number> {
  const members = await listMembers(place);
  for (const { email, role, name, groups } of members) {
    around.stdout.write(
      `${email}  ${role}  ${name}${groups === null ? "" : `  sees ${groups.join(", ")}`}\n`,
    );
  }
  if (members.length === 0) around.stderr.write("there are no members\n");
  return 0;
}

/** `whereabouts user remove`. */
export async function removeUser(place: Place, email: string, around: Surroundings): Promise<number> {
  const { id } = await find(place, email);
  await onlineOrAtRest(
    place,
    async () => {
      await askServer(place, { method: "DELETE", path: `/api/members/${encodeURIComponent(id)}` });
    },
    (store) => deskOf(store).remove(place.workspace ?? FIRST_WORKSPACE, id),
  );
  around.stderr.write(`${email} is no member any more\n`);
  return 0;
}

/** `whereabouts user password`: prints a link with which somebody chooses another password. */
export async function offerPassword(place: Place, email: string, around: Surroundings): Promise<number> {
  const { id } = await find(place, email);
  const { link } = await onlineOrAtRest<Made>(
    place,
    async () =>
      (await askServer(place, {
        method: "POST",
        path: `/api/members/${encodeURIComponent(id)}/password-reset`,
      })) as Made,
    async (store) => ({ link: (await deskOf(store).offerReset(id)).path }),
  );
  around.stderr.write(
    `with this link ${email} chooses another password; it holds for an hour and works once:\n`,
  );
  around.stdout.write(`${whole(place, link)}\n`);
  return 0;
}

/**
 * `whereabouts user totp-off`. A server refuses it for who is in other workspaces too; in the folder of a stopped one it
 * is done.
 */
export async function turnOffTotp(place: Place, email: string, around: Surroundings): Promise<number> {
  const { id } = await find(place, email);
  await onlineOrAtRest(
    place,
    async () => {
      await askServer(place, { method: "POST", path: `/api/members/${encodeURIComponent(id)}/totp-off` });
    },
    async ({ factors, audit }) => {
      if (!(await factors.turnOff(id))) throw new Error(`${email} has no authenticator`);
      const entry = {
        workspace: place.workspace ?? FIRST_WORKSPACE,
        at: systemClock.now(),
        by: "command line",
      };
      await audit.write({ ...entry, action: "member.totp-off", of: id });
    },
  );
  around.stderr.write(`the authenticator of ${email} is off; the password is enough
`);
  return 0;
}
