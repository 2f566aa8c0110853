import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  auditPage,
  memberFormPage,
  memberListPage,
  type FieldProblem,
  type MemberFields,
  type MemberRow,
} from "#pages";
import type { Audit, Latest, Member } from "#ports";
import { decodeKeyCursor, encodeKeyCursor } from "#wire";
import { askId, askText } from "./ask.ts";
import { addDeletion } from "./deletion-pages.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { knownGroups } from "./groups.ts";
import { MemberDesk, type MemberPorts } from "./member-desk.ts";
import { ADMIN_PAGE, type PageKit } from "./page-kit.ts";

/** What the pages of members read and write. */
export interface MemberPagePorts extends MemberPorts {
  readonly audit: Audit;
  readonly latest: Latest;
}

const FIELDS = ["email", "role", "groups"];
/** Groups that the form offers, and changes that a page lists. */
const [MOST_GROUPS, PAGE] = [1000, 100];

const rowOf = ({ person, ...member }: Member): MemberRow => ({ id: person, ...member });

const readFields = (form: FormBody): MemberFields => ({
  email: form.text("email"),
  role: form.text("role"),
  groups: form.list("groups"),
});

/** Members, invitations, and who changed what. `origin`: the address that people use. */
export const addMemberPages = (
  server: FastifyInstance,
  kit: PageKit,
  ports: MemberPagePorts,
  origin: (request: FastifyRequest) => string,
): void => {
  const desk = new MemberDesk(ports);
  const { members, invitations, clock } = ports;

  const showForm = async (
    request: FastifyRequest,
    fields: MemberFields,
    member?: Member,
    problem?: FieldProblem,
  ): Promise<string> =>
    memberFormPage(kit.frame(request, member?.name ?? "Invite somebody"), {
      fields,
      problem,
      notice: kit.notice(request),
      groups: knownGroups(ports.latest, principalOf(request).workspace, MOST_GROUPS).map((name) => ({
        value: name,
        label: name,
      })),
      ...(member !== undefined && { member: rowOf(member) }),
    });

  /** Does what the form says, or shows it again with what is wrong. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    member: Member | undefined,
    act: (fields: MemberFields) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    const fields = readFields(new FormBody(request));
    try {
      return await act(fields);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      return kit.send(reply.code(400), await showForm(request, fields, member, problem));
    }
  };

  server.get("/members", ADMIN_PAGE, async (request, reply) => {
    const { workspace } = principalOf(request);
    const [all, invited] = await Promise.all([
      members.list(workspace),
      invitations.list(workspace, clock.now()),
    ]);
    const page = { members: all.map(rowOf), invitations: invited, notice: kit.notice(request) };
    return kit.send(reply, memberListPage(kit.frame(request, "Members"), page));
  });

  server.get("/members/new", ADMIN_PAGE, async (request, reply) =>
    kit.send(reply, await showForm(request, { email: "", role: "viewer", groups: [] })),
  );

  server.post("/members/new", ADMIN_PAGE, async (request, reply) =>
    take(request, reply, undefined, async (fields) => {
      const { path, email } = await desk.invite(principalOf(request).workspace, { ...fields });
      return kit.goOn(request, reply, "/members", {
        text: `Hand this link to ${email}; it is shown this once, holds for a week, and works once.`,
        secret: origin(request) + path,
      });
    }),
  );

  server.get("/members/:id", ADMIN_PAGE, async (request, reply) => {
    const member = await desk.get(principalOf(request).workspace, askId(request));
    const { email, role, groups = [] } = member;
    return kit.send(reply, await showForm(request, { email, role, groups }, member));
  });

  server.post("/members/:id", ADMIN_PAGE, async (request, reply) => {
    const member = await desk.get(principalOf(request).workspace, askId(request));
    return take(request, reply, member, async ({ role, groups }) => {
      await desk.change(member.workspace, member.person, { role, groups });
      return kit.goOn(request, reply, "/members", { text: `“${member.name}” is saved.` });
    });
  });

  server.post("/members/:id/password-reset", ADMIN_PAGE, async (request, reply) => {
    const member = await desk.get(principalOf(request).workspace, askId(request));
    const { path } = await desk.offerResetTo(member.workspace, member.person);
    return kit.goOn(request, reply, `/members/${encodeURIComponent(member.person)}`, {
      text: `With this link ${member.name} chooses another password; it holds for an hour, and works once.`,
      secret: origin(request) + path,
    });
  });

  addDeletion(server, kit, {
    place: "/members",
    yes: "Remove the member",
    scope: "admin",
    get: async (workspace, id) => ({ ...(await desk.get(workspace, id)), id }),
    warn: () => "Open pages and streams of theirs end at once. What they made stays.",
    delete: (workspace, id) => desk.remove(workspace, id),
  });

  server.post("/invitations/:id/delete", ADMIN_PAGE, async (request, reply) => {
    await desk.withdraw(principalOf(request).workspace, askId(request));
    return kit.goOn(request, reply, "/members", {
      text: "The invitation is taken back; its link leads nowhere.",
    });
  });

  server.get("/audit", ADMIN_PAGE, async (request, reply) => {
    const after = askText(request, "after");
    const before = after === undefined ? undefined : Number(decodeKeyCursor("audit", after) ?? 0);
    const found = await ports.audit.list(principalOf(request).workspace, {
      limit: PAGE + 1,
      ...(before !== undefined && { before }),
    });
    const entries = found.slice(0, PAGE);
    const last = entries.at(-1)?.seq;
    const older =
      found.length > PAGE && last !== undefined ? encodeKeyCursor("audit", String(last)) : undefined;
    return kit.send(reply, auditPage(kit.frame(request, "Who changed what"), { entries, older }));
  });
};
