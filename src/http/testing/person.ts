import { hashPassword } from "../passwords.ts";
import type { Served } from "./serve.ts";

/** The password of everybody in the tests. */
export const PASSWORD = "a long enough secret";

let hashed: Promise<string> | undefined;

/** Makes somebody who is a member of `main`, with `PASSWORD` unless told otherwise. */
export const addPerson = async (
  { people, memberRecords }: Served,
  id: string,
  { password = true, role = "viewer" }: { password?: boolean; role?: "viewer" | "owner" } = {},
): Promise<void> => {
  const made = { id, email: `${id}@example.org`, name: `Name of ${id}`, createdAt: 0 };
  people.push(password ? { ...made, password: await (hashed ??= hashPassword(PASSWORD)) } : made);
  memberRecords.push({ workspace: "main", person: id, role, since: 0 });
};
