import type {
  Audit,
  AuditEntry,
  Clock,
  MemberRecord,
  Members,
  Principal,
  WorkspaceRecord,
  Workspaces,
} from "#ports";
import { allows, FIRST_WORKSPACE, Problem, type Role, scopesOf, show, type WorkspaceId } from "#wire";
import type { AccessControl } from "./access.ts";
import { MemberDesk, type MemberPorts, type OfferedLink } from "./member-desk.ts";
import { readWorkspaceId, readWorkspaceName } from "./workspace-names.ts";

/** Deletes workspaces. */
export interface Clearing {
  /**
   * Shuts every door of a workspace, then answers; what it holds goes after that, over restarts as well. Throws
   * `not_found`, and `conflict` for the first one.
   */
  begin(id: WorkspaceId): Promise<void>;
  /** Throws `conflict` for the id of a workspace that was deleted so lately that what was sent to it may still be on its way. */
  mustBeFree(id: WorkspaceId): void;
}

/** What the desk works with. */
export interface WorkspacePorts extends MemberPorts {
  readonly workspaces: Workspaces;
  readonly members: Members;
  readonly access: AccessControl;
  readonly audit: Audit;
  readonly clearing: Clearing;
  readonly clock: Clock;
}

/** A workspace as somebody sees it. */
export interface OwnWorkspace extends Pick<WorkspaceRecord, "id" | "name"> {
  /** Null for who is there with a token, or sees it as who runs the server. */
  readonly role: Role | null;
  readonly groups: readonly string[] | null;
  /** It is the one that the request is about. */
  readonly current: boolean;
}

/** Who does something, as the audit log has it. */
export type Doer = Pick<AuditEntry, "by" | "byName" | "address">;

type Fields = Readonly<Record<string, unknown>>;

/** What people read: the name, or the id where there is none. */
export const titleOf = ({ id, name }: Pick<WorkspaceRecord, "id" | "name">): string => name || id;

const missing = (id: WorkspaceId): Problem => new Problem("not_found", `you are in no workspace ${show(id)}`);

/** Makes, names, leaves and deletes workspaces. */
export class WorkspaceDesk {
  readonly #ports: WorkspacePorts;

  constructor(ports: WorkspacePorts) {
    this.#ports = ports;
  }

  /** Those that somebody is in, ascending by id. */
  async list(principal: Principal): Promise<readonly OwnWorkspace[]> {
    const { members, workspaces } = this.#ports;
    if (principal.person === undefined) {
      const one = await workspaces.get(principal.workspace);
      return one === undefined ? [] : [seenBy(principal, one)];
    }
    const [all, mine] = await Promise.all([workspaces.list(), members.of(principal.person)]);
    const named = new Map(all.map((one) => [one.id, one]));
    return mine.flatMap((member) => {
      const workspace = named.get(member.workspace);
      return workspace === undefined ? [] : [seenBy(principal, workspace, member)];
    });
  }

  /** Whoever decides everything in the first workspace decides about the server, wherever they are at the moment. */
  async runsServer({ person, workspace, scopes }: Principal): Promise<boolean> {
    if (person === undefined) return workspace === FIRST_WORKSPACE && allows(scopes, "admin");
    return (await this.#ports.members.get(FIRST_WORKSPACE, person))?.role === "owner";
  }

  /** Throws `forbidden`. */
  async mustRun(principal: Principal): Promise<void> {
    if (await this.runsServer(principal)) return;
    const whom = `owners of the workspace ${show(FIRST_WORKSPACE)}, who run the server`;
    throw new Problem("forbidden", `this is for ${whom}`);
  }

  /** All of the server. Throws `forbidden`. */
  async all(principal: Principal): Promise<readonly OwnWorkspace[]> {
    await this.mustRun(principal);
    const own = new Map((await this.list(principal)).map((one) => [one.id, one]));
    return (await this.#ports.workspaces.list()).map((one) => own.get(one.id) ?? seenBy(principal, one));
  }

  /** One that somebody is in. Throws `not_found`, alike for one that is not there and one that is somebody else's. */
  async get(principal: Principal, id: WorkspaceId): Promise<OwnWorkspace> {
    const found = (await this.list(principal)).find((one) => one.id === id);
    if (found === undefined) throw missing(id);
    return found;
  }

  /**
   * Makes one. A person owns it, unless `owner` names somebody by mail address, who is invited then; who comes with a
   * token has to name somebody. Throws `forbidden`, `invalid_field` and `conflict`.
   */
  async create(
    principal: Principal,
    fields: Fields,
    doer: Doer,
  ): Promise<{ readonly workspace: OwnWorkspace; readonly invited?: OfferedLink }> {
    await this.mustRun(principal);
    const { workspaces, clearing, clock } = this.#ports;
    const id = readWorkspaceId(fields["id"]);
    const given = fields["name"] ?? "";
    const name = given === "" ? "" : readWorkspaceName(given);
    const owner = fields["owner"] ?? "";
    const person = owner === "" ? principal.person : undefined;
    if (person === undefined && owner === "") {
      throw new Problem("invalid_field", "owner is nothing; expected the mail address of who is to own it");
    }
    const desk = new MemberDesk(this.#ports);
    // A wrong address must not leave a workspace that nobody owns.
    if (person === undefined) desk.mayInvite({ email: owner, role: "owner" });
    clearing.mustBeFree(id);
    const workspace = { id, name, createdAt: clock.now() };
    await workspaces.create(workspace, person);
    const said = { action: "workspace.create", of: id, after: { name } };
    for (const log of [id, FIRST_WORKSPACE]) await this.#write(log, doer, said);
    const invited = person === undefined ? await desk.invite(id, { email: owner, role: "owner" }) : undefined;
    const role = person === undefined ? null : "owner";
    const made = { id, name, role, groups: null, current: false } as const;
    return { workspace: made, ...(invited && { invited }) };
  }

  /** Throws `not_found`, `forbidden` and `invalid_field`. */
  async rename(principal: Principal, id: WorkspaceId, fields: Fields, doer: Doer): Promise<OwnWorkspace> {
    const before = await this.#mustOwn(principal, id);
    const name = readWorkspaceName(fields["name"]);
    if (!(await this.#ports.workspaces.rename(id, name))) throw missing(id);
    if (name !== before.name) {
      const said = { action: "workspace.change", of: id, before: { name: before.name }, after: { name } };
      await this.#write(id, doer, said);
    }
    return { ...before, name };
  }

  /**
   * Begins to delete one with all that it holds; `confirm` is its name, or its id where it has none. Throws `not_found`,
   * `forbidden`, `invalid_field`, and `conflict` for the first one. The session goes to another workspace, if there is one.
   */
  async delete(
    principal: Principal,
    id: WorkspaceId,
    confirm: unknown,
    doer: Doer,
    sessionHash?: string,
  ): Promise<void> {
    const before = await this.#mustOwn(principal, id);
    if (id === FIRST_WORKSPACE) throw new Problem("conflict", "the first workspace cannot be deleted");
    if (confirm !== titleOf(before)) {
      throw new Problem("invalid_field", `confirm is ${show(confirm)}; expected ${show(titleOf(before))}`);
    }
    await this.#stepAside(principal, id, sessionHash);
    await this.#ports.clearing.begin(id);
    const said = { action: "workspace.delete", of: id, before: { name: before.name } };
    await this.#write(FIRST_WORKSPACE, doer, said);
  }

  /**
   * Ends one's own membership; the session goes to another workspace, if there is one. Throws `not_found`, `forbidden` for a
   * token, and `last_owner`.
   */
  async leave(principal: Principal, id: WorkspaceId, doer: Doer, sessionHash?: string): Promise<void> {
    const { person } = principal;
    const { role } = await this.get(principal, id);
    if (person === undefined) throw new Problem("forbidden", "a token is a member of nothing");
    const others = (await this.#ports.members.list(id)).filter((one) => one.person !== person);
    if (others.some((one) => one.role === "owner")) await this.#stepAside(principal, id, sessionHash);
    // Where there is no other owner the store refuses.
    if (!(await this.#ports.members.remove(id, person))) throw missing(id);
    this.#ports.access.forgetPerson(person);
    await this.#write(id, doer, { action: "member.leave", of: person, before: { role } });
  }

  /** Moves a person's session, by its hash, into another workspace of theirs. Throws `not_found`. */
  async enter(principal: Principal, sessionHash: string, id: WorkspaceId): Promise<void> {
    await this.get(principal, id);
    if (!(await this.#ports.workspaces.enter(sessionHash, id))) throw missing(id);
    this.#ports.access.forgetSessionHash(sessionHash);
  }

  /** A session ends with the membership that it is for, so it is moved before that ends. */
  async #stepAside(principal: Principal, id: WorkspaceId, sessionHash: string | undefined): Promise<void> {
    if (sessionHash === undefined || principal.workspace !== id) return;
    const other = (await this.list(principal)).find((one) => one.id !== id);
    if (other !== undefined) await this.enter(principal, sessionHash, other.id);
  }

  async #mustOwn(principal: Principal, id: WorkspaceId): Promise<OwnWorkspace> {
    const found = await this.get(principal, id);
    const scopes = found.role === null ? principal.scopes : scopesOf(found.role);
    if (allows(scopes, "admin")) return found;
    throw new Problem("forbidden", "only an owner may do this to the workspace");
  }

  async #write(
    workspace: WorkspaceId,
    doer: Doer,
    said: Pick<AuditEntry, "action" | "of" | "before" | "after">,
  ): Promise<void> {
    const { audit, clock } = this.#ports;
    await audit.write({ workspace, at: clock.now(), ...doer, ...said });
  }
}

const seenBy = (
  principal: Principal,
  { id, name }: WorkspaceRecord,
  member?: MemberRecord,
): OwnWorkspace => ({
  id,
  name,
  role: member?.role ?? null,
  groups: (member ?? principal).groups ?? null,
  current: id === principal.workspace,
});
