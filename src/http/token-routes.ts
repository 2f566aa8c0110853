import type { FastifyInstance } from "fastify";
import type { TokenRecord } from "#ports";
import {
  allows,
  encodeKeyCursor,
  formatTime,
  isId,
  isPrintable,
  parseTime,
  Problem,
  type Scope,
  SCOPES,
  show,
} from "#wire";
import { askAfterKey, askId, askLimit, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import { readGroups } from "./groups.ts";
import type { HttpPorts } from "./options.ts";
import { mintId, mintToken } from "./secrets.ts";

const MAX_NAME = 200;
const ADMIN = { config: { scope: "admin" } } as const;

/** A token in answers; its secret is only ever in the answer that creates it. */
export interface TokenBody {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly register: boolean;
  /** Null for a token that sees all devices. */
  readonly groups: readonly string[] | null;
  /** Null for a token that may send positions of any device. */
  readonly device: string | null;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

type Fields = Readonly<Record<string, unknown>>;
const wrong = (detail: string): Problem => new Problem("invalid_field", detail);

const encodeToken = ({
  workspace: _workspace,
  hash: _hash,
  groups,
  device,
  createdAt,
  expiresAt,
  ...token
}: TokenRecord): TokenBody => ({
  ...token,
  groups: groups ?? null,
  device: device ?? null,
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

/** Who decides for all devices cannot be limited to some: a limit would only seem to be one. */
const readLimit = (fields: Fields, scopes: readonly Scope[]): Pick<TokenRecord, "groups"> => {
  const groups = readGroups(fields["groups"]);
  if (groups === undefined || groups.length === 0) return {};
  if (!allows(scopes, "manage")) return { groups };
  throw wrong(`groups are given to a token for ${scopes.join(", ")}; only operate and view can be limited`);
};

/** A token for one device, to be put into that device: it can send its positions, and nothing else. */
const readDevice = ({ device }: Fields, scopes: readonly Scope[]): Pick<TokenRecord, "device"> => {
  if (device === undefined || device === null) return {};
  if (typeof device !== "string" || !isId(device)) {
    throw wrong(`device is ${show(device)}; expected 1 to 128 printable characters`);
  }
  if (scopes.length === 1 && scopes[0] === "ingest") return { device };
  throw wrong(`device is given to a token for ${scopes.join(", ")}; expected ingest alone`);
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
      ...readLimit(body, scopes),
      ...readDevice(body, scopes),
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
