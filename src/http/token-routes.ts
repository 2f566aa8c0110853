import type { FastifyInstance } from "fastify";
import type { Scope, TokenRecord } from "#ports";
import { encodeKeyCursor, formatTime, isPrintable, parseTime, Problem, show } from "#wire";
import { askAfterKey, askId, askLimit, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { mintId, mintToken } from "./secrets.ts";

const SCOPES: readonly Scope[] = ["admin", "ingest", "view"];
const MAX_NAME = 200;
const ADMIN = { config: { scope: "admin" } } as const;

/** A token in answers; its secret is only ever in the answer that creates it. */
export interface TokenBody {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly register: boolean;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

type Fields = Readonly<Record<string, unknown>>;
const wrong = (detail: string): Problem => new Problem("invalid_field", detail);

const encodeToken = ({ id, name, scopes, register, createdAt, expiresAt }: TokenRecord): TokenBody => ({
  id,
  name,
  scopes,
  register,
  createdAt: formatTime(createdAt),
  ...(expiresAt !== undefined && { expiresAt: formatTime(expiresAt) }),
});

const readName = ({ name = "" }: Fields): string => {
  if (typeof name === "string" && name.length <= MAX_NAME && isPrintable(name)) return name;
  throw wrong(`name is ${show(name)}; expected at most ${MAX_NAME} printable characters`);
};

const readScopes = ({ scopes }: Fields): readonly Scope[] => {
  const known = Array.isArray(scopes) ? SCOPES.filter((scope) => scopes.includes(scope)) : [];
  if (Array.isArray(scopes) && scopes.length > 0 && known.length === new Set(scopes).size) return known;
  throw wrong(`scopes is ${JSON.stringify(scopes)?.slice(0, 80)}; expected some of ${SCOPES.join(", ")}`);
};

/** Devices of an ingest token may register themselves unless it says otherwise. */
const readRegister = ({ register }: Fields, scopes: readonly Scope[]): boolean => {
  if (register === undefined) return scopes.includes("ingest") || scopes.includes("admin");
  if (typeof register === "boolean") return register;
  throw wrong(`register is ${show(register)}; expected true or false`);
};

const readExpiry = ({ expiresAt }: Fields, now: number): number | undefined => {
  if (expiresAt === undefined || expiresAt === null) return undefined;
  const time = typeof expiresAt === "string" ? parseTime(expiresAt) : expiresAt;
  if (typeof time === "number" && time > now && time < 8.64e15) return time;
  throw wrong(
    `expiresAt is ${show(expiresAt)}; expected a time to come, in RFC 3339 or milliseconds since 1970`,
  );
};

/** `/api/tokens`: list, create, revoke; needs `admin`. */
export const addTokenRoutes = (server: FastifyInstance, { tokens, access, clock }: HttpPorts): void => {
  server.get("/api/tokens", ADMIN, async (request) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "tokens");
    const all = await tokens.list(principalOf(request).workspace);
    const rest = all
      .filter(({ id }) => after === undefined || id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const page = rest.slice(0, limit);
    const end = page.at(-1)?.id ?? after;
    const cursor = end === undefined ? null : encodeKeyCursor("tokens", end);
    return { tokens: page.map(encodeToken), next: rest.length > limit ? cursor : null, cursor };
  });

  server.post("/api/tokens", ADMIN, async (request, reply) => {
    const body = askObject(request);
    const now = clock.now();
    const scopes = readScopes(body);
    const expiresAt = readExpiry(body, now);
    const { secret, hash } = mintToken();
    const record: TokenRecord = {
      id: mintId("token"),
      workspace: principalOf(request).workspace,
      name: readName(body),
      scopes,
      register: readRegister(body, scopes),
      hash,
      createdAt: now,
      ...(expiresAt !== undefined && { expiresAt }),
    };
    await tokens.create(record);
    reply.code(201).header("location", `/api/tokens/${record.id}`).header("cache-control", "no-store");
    return { ...encodeToken(record), token: secret };
  });

  server.delete("/api/tokens/:id", ADMIN, async (request, reply) => {
    const id = askId(request);
    if (!(await tokens.revoke(principalOf(request).workspace, id))) {
      throw new Problem("not_found", `there is no token ${show(id)}`);
    }
    access.forgetToken(id);
    return reply.code(204).send();
  });
};
