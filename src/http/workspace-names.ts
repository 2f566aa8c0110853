import { isPrintable, Problem, show, type WorkspaceId } from "#wire";

/** Longest id, and longest name. */
const [MOST_ID, MOST_NAME] = [40, 100];
/** It stands in addresses, headers and on the command line: `north-ferries`. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The id of a workspace to be made. Throws `invalid_field`. */
export const readWorkspaceId = (value: unknown): WorkspaceId => {
  if (typeof value === "string" && SLUG.test(value)) return value;
  throw new Problem(
    "invalid_field",
    `id is ${show(value)}; expected 1 to ${MOST_ID} of a-z, 0-9 and -, with no - at either end`,
  );
};

/** What people call a workspace. Throws `invalid_field`. */
export const readWorkspaceName = (value: unknown): string => {
  const name = typeof value === "string" && value.length <= MOST_NAME ? value.trim() : "";
  if (name !== "" && isPrintable(name)) return name;
  throw new Problem(
    "invalid_field",
    `name is ${show(value)}; expected 1 to ${MOST_NAME} printable characters`,
  );
};
