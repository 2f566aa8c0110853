import type { Role } from "#wire";
import type { FieldProblem, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { noticeAbove, part, problemAbove, saveOnEnter, textField } from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { roleNames } from "./member-words.ts";
import { plain } from "./plain-pages.ts";

/** A workspace that the reader is in. */
export interface WorkspaceRow {
  readonly id: string;
  /** Empty where it has none. */
  readonly name: string;
  /** Null for who is there with a token or a link. */
  readonly role: Role | null;
  /** It is the one that the other pages show. */
  readonly current: boolean;
}

const HERE = { here: "/account" } as const;

const titleOf = ({ id, name }: Pick<WorkspaceRow, "id" | "name">): string => name || id;

/** The workspaces that the reader is in. */
export function workspaceListPage(
  frame: Frame,
  page: {
    readonly workspaces: readonly WorkspaceRow[];
    /** The reader may make others. */
    readonly makes: boolean;
    readonly notice?: Notice | undefined;
  },
): string {
  const { workspaces, makes, notice } = page;
  return plain(
    frame,
    html`<div class="head">
        <h1>Workspaces</h1>
        ${makes && html`<a class="button primary" href="/workspaces/new">New workspace</a>`}
      </div>
      <p class="under-title">
        Each has its own devices, fences, rules and members; nothing of one is seen in another.
      </p>
      ${noticeAbove(notice)} ${listTable("workspaces", ["Workspace", "You are", ""], workspaces.map(row))}`,
    HERE,
  );
}

function row(workspace: WorkspaceRow): Html {
  const { id, name, role, current } = workspace;
  const path = `/workspaces/${encodeURIComponent(id)}`;
  const title = titleOf(workspace);
  return html`<li>
    <div class="cell-main">
      <h2><a class="row-link" href="${path}">${title}</a></h2>
      ${name !== "" && html`<p>${id}</p>`}
    </div>
    ${cell("You are", role === null ? "here with a token" : roleNames[role])}
    ${
      current
        ? cell("", "this one")
        : html`<form class="cell" method="post" action="${path}/enter">
            <button class="quiet-button" aria-label="Go to ${title}">Go there</button>
          </form>`
    }
  </li>`;
}

/** What somebody types of a workspace. */
export interface WorkspaceFields {
  readonly id: string;
  readonly name: string;
  /** Mail address of somebody else who is to own it. */
  readonly owner: string;
}

/** The page on which a workspace is made. */
export function newWorkspacePage(
  frame: Frame,
  page: {
    readonly fields: WorkspaceFields;
    /** The reader is a person, and owns it where nobody else is named. */
    readonly owns: boolean;
    readonly problem?: FieldProblem | undefined;
  },
): string {
  const { fields, owns, problem } = page;
  return plain(
    frame,
    html`<h1>New workspace</h1>
      ${problemAbove(problem)}
      <form method="post" action="/workspaces/new" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">
          ${part(
            "Name",
            textField({ name: "name", label: "What people read", value: fields.name, problem }),
            "It can be changed later.",
          )}
          ${part(
            "Id",
            textField({
              name: "id",
              label: "What programs say",
              value: fields.id,
              placeholder: "north-ferries",
              problem,
            }),
            "Small letters, digits and hyphens. It stays as it is.",
          )}
          ${part(
            "Owner",
            textField({ name: "owner", label: "Mail address", value: fields.owner, type: "email", problem }),
            owns
              ? "Leave it empty to own the workspace yourself. Somebody else gets an invitation."
              : "They get an invitation, which you hand on.",
          )}
          <div class="form-end">
            <button class="primary" name="do" value="save">Make the workspace</button>
            <a class="button" href="/workspaces">Cancel</a>
          </div>
        </div>
      </form>`,
    HERE,
  );
}

/** One workspace: its name for owners, and the ways out. */
export function workspacePage(
  frame: Frame,
  page: {
    readonly workspace: WorkspaceRow;
    /** The reader owns it. */
    readonly owned: boolean;
    /** It may be deleted. */
    readonly deletable: boolean;
    readonly problem?: FieldProblem | undefined;
    readonly notice?: Notice | undefined;
  },
): string {
  const { workspace, owned, deletable, problem, notice } = page;
  const path = `/workspaces/${encodeURIComponent(workspace.id)}`;
  return plain(
    frame,
    html`<h1>${titleOf(workspace)}</h1>
      <p class="under-title">${workspace.id}</p>
      ${noticeAbove(notice)} ${problemAbove(problem)}
      ${
        owned &&
        html`<form method="post" action="${path}" class="definition" id="form">
          <div class="parts">
            ${part(
              "Name",
              textField({ name: "name", label: "What people read", value: workspace.name, problem }),
            )}
            <div class="form-end">
              <button class="primary">Save the name</button>
              <a class="button" href="/workspaces">Cancel</a>
            </div>
          </div>
        </form>`
      }
      <section>
        <h2>More</h2>
        <div class="form-end">
          ${
            !workspace.current &&
            html`<form method="post" action="${path}/enter"><button class="button">Go there</button></form>`
          }
          ${workspace.role !== null && html`<a class="button" href="${path}/leave">Leave</a>`}
          ${owned && deletable && html`<a class="button danger" href="${path}/delete">Delete</a>`}
        </div>
      </section>`,
    HERE,
  );
}

/** Asks for the name before everything in a workspace is deleted. */
export function deleteWorkspacePage(
  frame: Frame,
  page: { readonly workspace: WorkspaceRow; readonly problem?: FieldProblem | undefined },
): string {
  const { workspace, problem } = page;
  const path = `/workspaces/${encodeURIComponent(workspace.id)}`;
  const title = titleOf(workspace);
  return plain(
    frame,
    html`<h1>Delete “${title}”?</h1>
      <p>
        Everything in it goes, for good: devices and where they were, fences, rules, watches, targets, tokens,
        share links, members and the list of who changed what. Who is in no other workspace has no account any
        more. Open pages and streams end at once.
      </p>
      ${problemAbove(problem)}
      <form method="post" action="${path}/delete" class="definition" id="form">
        <div class="parts">
          ${part("Confirm", textField({ name: "confirm", label: `Type “${title}”`, value: "", problem }))}
          <div class="form-end">
            <button class="danger">Delete everything in it</button>
            <a class="button" href="${path}">No, keep it</a>
          </div>
        </div>
      </form>`,
    HERE,
  );
}
