import { mintId, mintToken } from "#http";
import type { TokenRecord } from "#ports";
import { FIRST_WORKSPACE, type Scope } from "#wire";
import type { Surroundings } from "./surroundings.ts";
import { askServer } from "./ask-server.ts";
import { onlineOrAtRest, type Place } from "./place.ts";

/** What a new token is to be. */
export interface TokenOrder {
  readonly name: string;
  readonly scope: readonly Scope[];
  readonly register: boolean;
  /** Days until it ends; never when absent. */
  readonly days?: number;
}

/** A token without its secret; times in RFC 3339. */
interface Listed {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string;
}

const DAY_MS = 86_400_000;

/** `whereabouts token create`: prints the secret alone on stdout, so that a script can take it. */
export async function createToken(place: Place, order: TokenOrder, around: Surroundings): Promise<number> {
  const { name, scope, register, days } = order;
  const now = Date.now();
  const expiresAt = days === undefined ? undefined : now + days * DAY_MS;
  const expiry = expiresAt !== undefined && { expiresAt };
  const made = await onlineOrAtRest(
    place,
    async () => {
      const body = JSON.stringify({ name, scopes: scope, register, ...expiry });
      return (await askServer(place, { method: "POST", path: "/api/tokens", body })) as Listed & {
        token: string;
      };
    },
    async (store) => {
      const { secret, hash } = mintToken();
      const record: TokenRecord = {
        id: mintId("token"),
        workspace: place.workspace ?? FIRST_WORKSPACE,
        name,
        scopes: scope,
        register,
        hash,
        createdAt: now,
        ...expiry,
      };
      await store.tokens.create(record);
      return { id: record.id, token: secret };
    },
  );
  around.stderr.write(`${made.id}, for ${scope.join(" and ")}; it is shown this once:\n`);
  around.stdout.write(`${made.token}\n`);
  return 0;
}

/** `whereabouts token list`. */
export async function listTokens(place: Place, around: Surroundings): Promise<number> {
  const tokens = await onlineOrAtRest(
    place,
    async () =>
      ((await askServer(place, { method: "GET", path: "/api/tokens?limit=1000" })) as { tokens: Listed[] })
        .tokens,
    async (store) => (await store.tokens.list(place.workspace ?? FIRST_WORKSPACE)).map(toListed),
  );
  for (const { id, scopes, name, expiresAt } of tokens) {
    const end = expiresAt === undefined ? "" : `  until ${expiresAt}`;
    around.stdout.write(`${id}  ${scopes.join(",")}  ${name}${end}\n`);
  }
  if (tokens.length === 0) around.stderr.write("there are no tokens\n");
  return 0;
}

/** `whereabouts token revoke`. */
export async function revokeToken(place: Place, id: string, around: Surroundings): Promise<number> {
  await onlineOrAtRest(
    place,
    async () => {
      await askServer(place, { method: "DELETE", path: `/api/tokens/${encodeURIComponent(id)}` });
    },
    async (store) => {
      if (!(await store.tokens.revoke(place.workspace ?? FIRST_WORKSPACE, id)))
        throw new Error(`there is no token ${id}`);
    },
  );
  around.stderr.write(`${id} is revoked\n`);
  return 0;
}

function toListed({ id, name, scopes, expiresAt }: TokenRecord): Listed {
  return {
    id,
    name,
    scopes,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
}
