import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { encodeDevice, encodeFence, encodeRule, encodeTarget, encodeWatch, type WorkspaceId } from "#wire";
import { principalOf } from "./gate.ts";
import { encodeInvitation, encodeMember } from "./member-bodies.ts";
import { encodeShare } from "./share-bodies.ts";
import type { HttpPorts } from "./options.ts";

/** How a thing is looked up for the audit log, as answers show it: without secrets. Undefined when there is none. */
type Find = (workspace: WorkspaceId, id: string) => Promise<unknown>;

/** A kind of thing, and what was done to it where that does not follow from there being one before and after. */
interface Audited {
  readonly kind: string;
  readonly action?: string;
  readonly find: Find;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Changes that this route makes are written to the audit log; follows from its address. */
    audited?: Audited;
  }
  interface FastifyRequest {
    /** Ids of what the request made, where neither the path nor `location` names it. */
    made: readonly string[] | undefined;
    /** The thing as it was. */
    auditBefore: unknown;
  }
}

/** Longest thing that is kept whole, a fence may have a million numbers; most things of one request that are told apart. */
const [MOST_TEXT, MOST_MADE] = [16_384, 100];

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Below the address of a list or a thing: what changes nothing, and where the forms of pages post what is plainly a change. */
const HARMLESS = new Set(["test", "dry-run"]);
const FORMS = new Set(["new", "edit", "delete"]);

const finders = (ports: HttpPorts): Readonly<Record<string, readonly [kind: string, find: Find]>> => {
  const { devices, fences, definitions, targets, tokens, members, invitations, shares, clock } = ports;
  const maybe =
    <Thing>(
      get: (workspace: WorkspaceId, id: string) => Promise<Thing | undefined>,
      show: (thing: Thing) => unknown,
    ) =>
    async (workspace: WorkspaceId, id: string): Promise<unknown> => {
      const thing = await get(workspace, id);
      return thing === undefined ? undefined : show(thing);
    };
  return {
    devices: [
      "device",
      maybe(
        (workspace, id) => devices.get(workspace, id),
        (device) => {
          const { name, icon, groups } = encodeDevice(device);
          return { ...(name && { name }), ...(icon && { icon }), groups };
        },
      ),
    ],
    fences: ["fence", maybe((workspace, id) => fences.get(workspace, id), encodeFence)],
    rules: ["rule", maybe((workspace, id) => definitions.get("rule", workspace, id), encodeRule)],
    watches: ["watch", maybe((workspace, id) => definitions.get("watch", workspace, id), encodeWatch)],
    targets: [
      "target",
      maybe(
        (workspace, id) => targets.get(workspace, id),
        (target) => encodeTarget(target),
      ),
    ],
    members: ["member", maybe((workspace, id) => members.get(workspace, id), encodeMember)],
    tokens: [
      "token",
      maybe(
        async (workspace, id) => (await tokens.list(workspace)).find((token) => token.id === id),
        ({ hash: _hash, workspace: _workspace, ...token }) => token,
      ),
    ],
    invitations: [
      "invitation",
      maybe(
        async (workspace, id) =>
          (await invitations.list(workspace, clock.now())).find((one) => one.id === id),
        encodeInvitation,
      ),
    ],
    shares: [
      "share",
      // A link that is revoked is not there any more.
      maybe(
        (workspace, id) => shares.get(workspace, id),
        (share) => (share.revokedAt === undefined ? encodeShare(share) : undefined),
      ),
    ],
  };
};

/** `/api/fences/:id/recompute` and `/rules/:id` alike: the list's name, and what is done below a thing. */
const ADDRESS = /^(?:\/api)?\/([a-z]+)(?:\/:id(?:\/([a-z-]+))?|\/([a-z-]+))?$/;

const auditedOf = (
  { method, url }: Pick<RouteOptions, "method" | "url">,
  find: ReturnType<typeof finders>,
): Audited | undefined => {
  const changes = (Array.isArray(method) ? method : [method]).some((one) => !SAFE.has(one));
  const [, list = "", below, instead] = ADDRESS.exec(url) ?? [];
  const known = changes && Object.hasOwn(find, list) ? find[list] : undefined;
  if (known === undefined) return undefined;
  const word = below ?? instead;
  if (word !== undefined && HARMLESS.has(word)) return undefined;
  const action = word === undefined || FORMS.has(word) ? {} : { action: word };
  return { kind: known[0], ...action, find: known[1] };
};

const shorten = (thing: unknown): unknown => {
  const text = JSON.stringify(thing);
  if (text === undefined || text.length <= MOST_TEXT) return thing;
  const { geometry, ...rest } = thing as { readonly geometry?: { readonly type?: string } };
  const short = { ...rest, ...(geometry && { geometry: { type: geometry.type } }), shortened: text.length };
  return JSON.stringify(short).length <= MOST_TEXT ? short : { shortened: text.length };
};

const idIn = (request: FastifyRequest): string | undefined => {
  const { id } = request.params as { readonly id?: string };
  return id === "" ? undefined : id;
};

/** What the request was about: named by the path, by the handler, or by where the new thing is. */
const idsOf = (request: FastifyRequest, reply: FastifyReply): readonly string[] => {
  const id = idIn(request);
  if (id !== undefined) return [id];
  if (request.made !== undefined) return request.made;
  const location = reply.getHeader("location");
  const last =
    typeof location === "string" && reply.statusCode === 201 ? location.split("/").at(-1) : undefined;
  return last === undefined ? [] : [decodeURIComponent(last)];
};

const verbOf = (before: unknown, after: unknown): string => {
  if (before === undefined) return "create";
  return after === undefined ? "delete" : "change";
};

/**
 * Writes down what is changed: who, what, before and after. Every route that is not read-only and whose address is that
 * of a known list takes part. A change that was refused, or that changed nothing, is not one. An entry that cannot be
 * written is logged: the change has happened.
 */
export const addAuditTrail = (server: FastifyInstance, ports: HttpPorts): void => {
  const { audit, clock } = ports;
  const find = finders(ports);
  server.decorateRequest("made", undefined);
  server.decorateRequest("auditBefore", undefined);
  server.addHook("onRoute", (route) => {
    const audited = auditedOf(route, find);
    if (audited !== undefined) route.config = { ...route.config, audited };
  });

  const write = async (request: FastifyRequest, reply: FastifyReply, audited: Audited): Promise<void> => {
    const { workspace, id: key, person, name } = principalOf(request);
    const who = { by: person ?? key, ...(name !== undefined && { byName: name }), address: request.ip };
    const entry = { workspace, at: clock.now(), ...who };
    const ids = idsOf(request, reply);
    if (ids.length > MOST_MADE) {
      await audit.write({ ...entry, action: `${audited.kind}.create`, of: "", after: { made: ids.length } });
      return;
    }
    const before = request.auditBefore;
    for (const of of ids) {
      const after = await audited.find(workspace, of);
      const isSame = JSON.stringify(before) === JSON.stringify(after);
      if (audited.action === undefined && isSame) continue;
      await audit.write({
        ...entry,
        action: `${audited.kind}.${audited.action ?? verbOf(before, after)}`,
        of,
        ...(before !== undefined && !isSame && { before: shorten(before) }),
        ...(after !== undefined && !isSame && { after: shorten(after) }),
      });
    }
  };

  server.addHook("preHandler", async (request) => {
    const { audited } = request.routeOptions.config;
    const id = idIn(request);
    if (audited === undefined || id === undefined) return;
    request.auditBefore = await audited.find(principalOf(request).workspace, id);
  });
  server.addHook("onSend", async (request, reply, payload) => {
    const { audited } = request.routeOptions.config;
    if (audited === undefined || reply.statusCode >= 400 || request.principal === null) return payload;
    try {
      await write(request, reply, audited);
    } catch (err) {
      request.log.error({ err, url: request.url }, "a change could not be written to the audit log");
    }
    return payload;
  });
};
