import type { FastifyInstance } from "fastify";
import type { AuditRecord } from "#ports";
import { decodeKeyCursor, encodeKeyCursor, formatTime, Problem, show } from "#wire";
import { askId, askLimit, askObject, askText } from "./ask.ts";
import { principalOf } from "./gate.ts";
import { encodeInvitation, encodeMember } from "./member-bodies.ts";
import { MemberDesk } from "./member-desk.ts";
import type { HttpOptions } from "./options.ts";

const encodeAudit = ({ at, workspace: _workspace, ...entry }: AuditRecord) => ({
  at: formatTime(at),
  ...entry,
});

/** `/api/members`, `/api/invitations` and `/api/audit`: needs `admin`. */
export const addMemberRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const { members, invitations, audit, clock, publicUrl } = options;
  const desk = new MemberDesk(options);
  const admin = { config: { scope: "admin" } } as const;
  const linkOf = (path: string): string => (publicUrl ?? "") + path;

  server.get("/api/members", admin, async (request) => ({
    members: (await members.list(principalOf(request).workspace)).map(encodeMember),
    next: null,
    cursor: null,
  }));

  server.get("/api/members/:id", admin, async (request) =>
    encodeMember(await desk.get(principalOf(request).workspace, askId(request))),
  );

  server.patch("/api/members/:id", admin, async (request) =>
    encodeMember(await desk.change(principalOf(request).workspace, askId(request), askObject(request))),
  );

  server.delete("/api/members/:id", admin, async (request, reply) => {
    await desk.remove(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });

  server.post("/api/members/:id/password-reset", admin, async (request, reply) => {
    const { path, expiresAt } = await desk.offerResetTo(principalOf(request).workspace, askId(request));
    reply.code(201).header("cache-control", "no-store");
    return { link: linkOf(path), expiresAt: formatTime(expiresAt) };
  });

  server.post("/api/members/:id/totp-off", admin, async (request, reply) => {
    await desk.turnOffTotp(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });

  server.get("/api/invitations", admin, async (request) => ({
    invitations: (await invitations.list(principalOf(request).workspace, clock.now())).map(encodeInvitation),
    next: null,
    cursor: null,
  }));

  server.post("/api/invitations", admin, async (request, reply) => {
    const { path, ...invitation } = await desk.invite(principalOf(request).workspace, askObject(request));
    reply
      .code(201)
      .header("location", `/api/invitations/${invitation.id}`)
      .header("cache-control", "no-store");
    return { ...encodeInvitation(invitation), link: linkOf(path) };
  });

  server.delete("/api/invitations/:id", admin, async (request, reply) => {
    await desk.withdraw(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });

  server.get("/api/audit", admin, async (request) => {
    const limit = askLimit(request);
    const after = askText(request, "after");
    const before = after === undefined ? undefined : Number(decodeKeyCursor("audit", after) ?? Number.NaN);
    if (Number.isNaN(before)) {
      throw new Problem("invalid_cursor", `after is ${show(after)}; expected a cursor that this list gave`);
    }
    const page = { limit: limit + 1, ...(before !== undefined && { before }) };
    const found = await audit.list(principalOf(request).workspace, page);
    const entries = found.slice(0, limit);
    const end = entries.at(-1)?.seq ?? before;
    const cursor = end === undefined ? null : encodeKeyCursor("audit", String(end));
    return { audit: entries.map(encodeAudit), next: found.length > limit ? cursor : null, cursor };
  });
};
