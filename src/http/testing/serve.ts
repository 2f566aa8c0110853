import type { FastifyInstance } from "fastify";
import { SCOPES } from "#wire";
import { createAccess } from "../access.ts";
import type { HttpOptions } from "../options.ts";
import { hashSecret } from "../secrets.ts";
import { ShareAccess } from "../share-access.ts";
import { createHttpServer } from "../server.ts";
import { makeFakes, type Fakes } from "./fakes.ts";

/** A server over fakes, with a token of each scope whose text is the scope's name. */
export interface Served extends Fakes {
  readonly server: FastifyInstance;
  readonly access: HttpOptions["access"];
  readonly shareLinks: ShareAccess;
}

/** Builds it; nothing listens. */
export const serve = (options: Partial<HttpOptions> = {}): Served => {
  const fakes = makeFakes();
  for (const scope of SCOPES) {
    fakes.tokenRecords.push({
      id: `token_${scope}`,
      workspace: "main",
      name: scope,
      scopes: [scope],
      register: true,
      hash: hashSecret(scope),
      createdAt: 0,
    });
  }
  const access = createAccess({ ...fakes, adminToken: "root-secret" });
  const shareLinks = new ShareAccess({ ...fakes, access });
  const server = createHttpServer({
    ...fakes,
    access,
    shareLinks,
    checkGeometry: () => undefined,
    readiness: () => [],
    ...options,
  });
  return { ...fakes, access, shareLinks, server };
};

/** The header that carries a token. */
export const bearer = (token: string): { readonly authorization: string } => ({
  authorization: `Bearer ${token}`,
});
