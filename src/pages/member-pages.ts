import type { EpochMs } from "#geo";
import { ROLES, type Role } from "#wire";
import type { Choice, FieldProblem, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { noticeAbove, part, picks, problemAbove, saveOnEnter, selectField, textField } from "./form-parts.ts";
import { formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { cell, listTable } from "./list-table.ts";
import { roleNames, roleWords } from "./member-words.ts";
import { plain } from "./plain-pages.ts";

/** A member as a row. */
export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly groups?: readonly string[] | undefined;
  readonly since: EpochMs;
}

/** An invitation as a row. */
export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly groups?: readonly string[] | undefined;
  readonly expiresAt: EpochMs;
}

/** What somebody types of a member. */
export interface MemberFields {
  readonly email: string;
  readonly role: string;
  readonly groups: readonly string[];
}

/** Everything that the list of members shows. */
export interface MemberListPage {
  readonly members: readonly MemberRow[];
  readonly invitations: readonly InvitationRow[];
  readonly notice?: Notice | undefined;
}

/** Members, and who is invited. */
export function memberListPage(frame: Frame, { members, invitations, notice }: MemberListPage): string {
  return plain(
    frame,
    html`<div class="head">
        <h1>Members</h1>
        <a class="button" href="/audit">Who changed what</a>
        <a class="button primary" href="/members/new">Invite somebody</a>
      </div>
      ${noticeAbove(notice)}
      ${members.length === 0 ? nobody() : listTable("members", ["Member", "Role", "Sees"], members.map(memberRow))}
      ${
        invitations.length > 0 &&
        html`<section>
          <h2>Invited</h2>
          ${listTable("invitations", ["Mail address", "As", "Until", ""], invitations.map(invitationRow))}
        </section>`
      }`,
    { here: "/members", wide: true },
  );
}

function nobody(): Html {
  return html`<div class="empty-page">
    <p>
      Nobody has an account yet: you are here with a token or a link. Invite yourself as owner first; then
      everybody who should look or decide, each with a role and, if you like, only some groups of devices.
    </p>
  </div>`;
}

const sees = (groups: readonly string[] | undefined): string =>
  groups === undefined ? "all devices" : groups.join(", ");

function memberRow({ id, email, name, role, groups }: MemberRow): Html {
  return html`<li>
    <div class="cell-main">
      <h2><a class="row-link" href="/members/${encodeURIComponent(id)}">${name}</a></h2>
      <p>${email}</p>
    </div>
    ${cell("Role", roleNames[role])} ${cell("Sees", sees(groups))}
  </li>`;
}

function invitationRow({ id, email, role, groups, expiresAt }: InvitationRow): Html {
  const until = html`<time datetime="${isoTime(expiresAt)}">${formatTime(expiresAt)}</time>`;
  return html`<li>
    <div class="cell-main">
      <h2>${email}</h2>
      <p>${sees(groups)}</p>
    </div>
    ${cell("As", roleNames[role])} ${cell("Until", until)}
    <form class="cell" method="post" action="/invitations/${encodeURIComponent(id)}/delete">
      <button class="quiet-button">Take back</button>
    </form>
  </li>`;
}

/** Everything that the form of a member shows. */
export interface MemberFormPage {
  /** Absent for somebody who is to be invited. */
  readonly member?: MemberRow;
  readonly fields: MemberFields;
  readonly groups: readonly Choice[];
  readonly problem?: FieldProblem | undefined;
  readonly notice?: Notice | undefined;
}

/** The page on which somebody is invited, or a member's role is changed. */
export function memberFormPage(frame: Frame, page: MemberFormPage): string {
  const { member, fields, groups, problem, notice } = page;
  const action = member === undefined ? "/members/new" : `/members/${encodeURIComponent(member.id)}`;
  return plain(
    frame,
    html`<h1>${member === undefined ? "Invite somebody" : member.name}</h1>
      ${member !== undefined && html`<p class="under-title">${member.email}</p>`} ${noticeAbove(notice)}
      ${problemAbove(problem)}
      <form method="post" action="${action}" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">
          ${
            member === undefined &&
            part(
              "Who",
              textField({
                name: "email",
                label: "Mail address",
                value: fields.email,
                type: "email",
                problem,
              }),
              "You get a link to hand on; it holds for a week, once.",
            )
          }
          ${part(
            "Role",
            selectField({
              name: "role",
              label: "May",
              value: fields.role,
              problem,
              choices: ROLES.map((role) => ({
                value: role,
                label: `${roleNames[role]}: ${roleWords[role]}`,
              })),
            }),
          )}
          ${part(
            "Sees",
            picks({
              name: "groups",
              label: "Groups",
              choices: groups,
              chosen: fields.groups,
              empty: "No device is in a group yet, so there is nothing to limit anybody to.",
              problem,
            }),
            "Without any, all devices. Only operators and viewers can be limited: the others decide for all devices.",
          )}
          <div class="form-end">
            <button class="primary" name="do" value="save">
              ${member === undefined ? "Make the invitation" : "Save"}
            </button>
            <a class="button" href="/members">Cancel</a>
          </div>
        </div>
      </form>
      ${member !== undefined && more(member)}`,
    { here: "/members" },
  );
}

function more({ id }: MemberRow): Html {
  const path = `/members/${encodeURIComponent(id)}`;
  return html`<section>
    <h2>More</h2>
    <div class="form-end">
      <form method="post" action="${path}/password-reset">
        <button class="button">Make a link for another password</button>
      </form>
      <a class="button danger" href="${path}/delete">Remove</a>
    </div>
  </section>`;
}
