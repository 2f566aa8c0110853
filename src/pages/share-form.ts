import type { Choice, FieldProblem, Notice } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import {
  beside,
  noticeAbove,
  part,
  picks,
  problemAbove,
  saveOnEnter,
  selectField,
  textArea,
  textField,
  tick,
} from "./form-parts.ts";
import { html, type Html } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { shareKinds, type ShareFields } from "./share-fields.ts";

/** What the form of a share link offers. */
export interface ShareChoices {
  readonly devices: readonly Choice[];
  readonly groups: readonly Choice[];
  readonly fences: readonly Choice[];
}

/** Everything that the form of a share link shows. */
export interface ShareFormPage {
  /** Absent for one that is to be made. */
  readonly share?: { readonly id: string; readonly shows: string; readonly ended: boolean };
  readonly fields: ShareFields;
  readonly choices: ShareChoices;
  readonly problem?: FieldProblem | undefined;
  readonly notice?: Notice | undefined;
}

/** What can be shared, to begin with one. */
export function shareKindsPage(frame: Frame): string {
  return plain(
    frame,
    html`<h1>New share link</h1>
      <p>Whoever has the link sees it on a map, without an account. What is to be shown?</p>
      <ul class="kinds">
        ${shareKinds.map(
          ({ kind, title, text }) =>
            html`<li>
              <a href="/shares/new?kind=${kind}"><b>${title}</b> <span>${text}</span></a>
            </li>`,
        )}
      </ul>`,
    { here: "/shares" },
  );
}

/** The page on which a link is made or changed. */
export function shareFormPage(frame: Frame, page: ShareFormPage): string {
  const { share, fields, problem, notice } = page;
  const title = shareKinds.find(({ kind }) => kind === fields.kind)?.title ?? "";
  const path = share && `/shares/${encodeURIComponent(share.id)}`;
  return plain(
    frame,
    html`<h1>${share ? fields.name || share.shows : `New share link: ${title.toLowerCase()}`}</h1>
      ${noticeAbove(notice)} ${problemAbove(problem)}
      ${share?.ended === true && html`<p class="problem"><span>This link has ended: it leads to no map any more.</span></p>`}
      <form method="post" action="${path ?? `/shares/new?kind=${fields.kind}`}" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">
          ${part(
            "Name",
            textField({
              name: "name",
              label: "What whoever has the link reads",
              value: fields.name,
              problem,
            }),
          )}
          ${part("Shows", share ? html`<p>${share.shows}</p>` : whatOf(page))} ${when(page)} ${care(page)}
          ${embed(page)}
          <div class="form-end">
            <button class="primary" name="do" value="save">${share ? "Save" : "Make the link"}</button>
            <a class="button" href="/shares">Cancel</a>
            ${path !== undefined && html`<a class="button danger" href="${path}/delete">Revoke …</a>`}
          </div>
        </div>
      </form>`,
    { here: "/shares" },
  );
}

function whatOf({ fields, choices, problem }: ShareFormPage): Html {
  if (fields.kind === "devices") {
    return html`${picks({
      name: "devices",
      label: "Devices",
      choices: choices.devices,
      chosen: fields.devices,
      empty: "There is no device yet.",
      problem,
    })}${beside(problem, "what")}`;
  }
  if (fields.kind === "groups") {
    return html`${picks({
      name: "groups",
      label: "Groups",
      choices: choices.groups,
      chosen: fields.groups,
      empty: "No device is in a group yet.",
      problem,
    })}${beside(problem, "what")}`;
  }
  if (fields.kind === "trip") {
    const time = { type: "datetime-local", after: "UTC" } as const;
    return html`${selectField({ name: "device", label: "Device", value: fields.device, choices: choices.devices })}
    ${textField({ ...time, name: "tripFrom", label: "From", value: fields.tripFrom })}
    ${textField({ ...time, name: "tripTo", label: "To", value: fields.tripTo })} ${beside(problem, "what")}`;
  }
  const fences = [{ value: "", label: "none: the box below" }, ...choices.fences];
  return html`${selectField({ name: "fence", label: "Fence", value: fields.fence, choices: fences })}
  ${textField({
    name: "box",
    label: "Or a box of west, south, east, north in degrees",
    value: fields.box,
    placeholder: "2.2, 48.8, 2.5, 48.9",
  })}
  ${beside(problem, "what")}`;
}

function when({ fields, problem }: ShareFormPage): Html {
  const time = { type: "datetime-local", after: "UTC", problem } as const;
  return part(
    "When",
    html`${textField({ ...time, name: "from", label: "Nothing before", value: fields.from })}
    ${textField({ ...time, name: "to", label: "Ends", value: fields.to })}
    ${tick("track", "yes", "The way so far as well, not only the last position", fields.track)}`,
    "Without an end it holds until it is revoked. Without a beginning the way so far is that of the last day.",
  );
}

function care({ fields, problem }: ShareFormPage): Html {
  return part(
    "Care",
    html`${textField({
      name: "delaySeconds",
      label: "Positions are shown only after",
      value: fields.delay,
      type: "number",
      size: "short",
      after: "minutes",
      problem,
    })}
    ${textField({
      name: "blurMeters",
      label: "Places are blurred to cells of at least",
      value: fields.blur,
      type: "number",
      size: "short",
      after: "m",
      problem,
    })}`,
    "Empty for none. What happens in home zones, and near them, is never shown: a fence is made one in its panel on the map.",
  );
}

function embed({ fields, problem }: ShareFormPage): Html {
  return part(
    "Embedding",
    textArea({
      name: "embed",
      label: "Sites that may show it in a frame, one a line",
      value: fields.embed,
      rows: 2,
      placeholder: "https://example.org",
      problem,
    }),
    html`They put <code>?embed</code> behind the link: <code>&lt;iframe src="…/s/…?embed"&gt;</code>.`,
  );
}
