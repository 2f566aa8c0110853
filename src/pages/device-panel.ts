import type { EpochMs } from "#geo";
import { ageOf, eventItem } from "./event-feed.ts";
import { formatAccuracy, formatAge, formatCourse, formatPlace, formatSpeed, staleAfter } from "./format.ts";
import { html, type Html } from "./html.ts";
import { deviceIcon, deviceIcons, icon } from "./icons.ts";
import type { DeviceView } from "./views.ts";

/**
 * The panel of one device: a live region. The browser fetches it again when something of the device changes and
 * morphs it in place, so every element that holds what a reader typed or opened has an id.
 */
export function devicePanel(view: DeviceView, now: EpochMs): Html {
  const { device, events, inside, editable } = view;
  const { device: id } = device.status;
  return html`<article id="device-panel" class="device-panel" data-live-device="${id}" ${place(view)}>
    <header>
      ${icon(deviceIcon(device.icon))}
      <h2>${device.name || id}</h2>
      <a class="quiet-button" id="panel-close" href="/" aria-label="Close the panel">${icon("close")}</a>
      ${device.name && html`<p class="device-id">${id}</p>`}
    </header>
    ${facts(view, now)} ${inside.length > 0 && html`<p class="inside">In <b>${inside.join(", ")}</b></p>`}
    ${groupsOf(view).length > 0 && html`<p class="inside">Group ${groupsOf(view).join(", ")}</p>`}
    <section>
      <h3>Last events</h3>
      ${
        events.length > 0
          ? html`<ol class="events" id="device-events">
              ${events.map((event) => eventItem(event, now, { anonymous: true }))}
            </ol>`
          : html`<p class="empty">It has not met a fence yet.</p>`
      }
    </section>
    ${exportForm(id, now)} ${editable && editForm(view)}
  </article>`;
}

function groupsOf({ device }: DeviceView): readonly string[] {
  return device.status.groups ?? [];
}

function place({ device }: DeviceView): Html | undefined {
  const { fix } = device.status;
  return (
    fix &&
    html`data-lon="${fix.lon}" data-lat="${fix.lat}" data-accuracy="${fix.accuracy ?? 0}"
    data-speed="${fix.speed ?? 0}"`
  );
}

function facts({ device }: DeviceView, now: EpochMs): Html {
  const { fix, motion, motionSince } = device.status;
  if (fix === undefined) return html`<p class="empty">Registered; it has not sent a position yet.</p>`;
  const fact = (term: string, value: Html | string): Html =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="facts">
      ${fact("Speed", formatSpeed(fix.speed))} ${fact("Course", formatCourse(fix.course))}
      ${fact("Age of position", ageOf(fix.time, now))} ${fact("Accuracy", formatAccuracy(fix.accuracy))}
      ${
        motion !== undefined &&
        motionSince !== undefined &&
        (now - fix.time <= staleAfter
          ? fact(motion === "moving" ? "Moving for" : "Standing for", ageOf(motionSince, now))
          : // Nobody knows what it has done since it went silent.
            fact(motion === "moving" ? "Had moved for" : "Had stood for", formatAge(fix.time - motionSince)))
      }
      ${fact("Place", formatPlace(fix.lon, fix.lat))}
    </dl>
    <p class="legend" id="track-legend">
      <i class="line"></i> today’s track <i class="gap"></i> no positions
    </p>`;
}

function exportForm(id: string, now: EpochMs): Html {
  const today = new Date(now).toISOString().slice(0, 10);
  return html`<details id="device-export">
    <summary>Export positions</summary>
    <form method="get" action="/api/devices/${encodeURIComponent(id)}/positions" class="stack" download>
      <label
        >From <input id="export-from" type="datetime-local" name="from" value="${today}T00:00" required
      /></label>
      <label
        >To <input id="export-to" type="datetime-local" name="to" value="${today}T23:59" required
      /></label>
      <div class="row">
        <button name="format" value="gpx">GPX</button>
        <button name="format" value="csv">CSV</button>
        <button name="format" value="geojson">GeoJSON</button>
      </div>
    </form>
  </details>`;
}

function editForm(view: DeviceView): Html {
  const { device } = view;
  const { device: id } = device.status;
  const chosen = deviceIcon(device.icon);
  return html`<details id="device-edit">
      <summary>Name, groups and icon</summary>
      <form id="device-edit-form" class="stack" data-edit-device="${id}">
        <label
          >Name
          <input
            id="device-name"
            name="name"
            maxlength="200"
            autocomplete="off"
            value="${device.name ?? ""}"
            placeholder="${id}"
        /></label>
        <label
          >Groups, with commas between them
          <input
            id="device-groups"
            name="groups"
            maxlength="6500"
            autocomplete="off"
            value="${groupsOf(view).join(", ")}"
        /></label>
        <fieldset class="icons">
          <legend>Icon</legend>
          ${deviceIcons.map(
            (name) =>
              html`<label title="${name}"
                ><input
                  type="radio"
                  id="icon-${name}"
                  name="icon"
                  value="${name}"
                  ${checked(name === chosen)}
                /><span>${icon(name)}</span><span class="hidden">${name}</span></label
              >`,
          )}
        </fieldset>
        <button class="primary">Save</button>
        <output id="device-edit-result" aria-live="polite"></output>
      </form>
    </details>
    <details id="device-delete">
      <summary>Delete</summary>
      <form id="device-delete-form" class="stack" data-delete-device="${id}">
        <p>Removes the device with all its positions. If it sends again, it appears anew.</p>
        <button class="danger">Delete ${device.name || id}</button>
        <output id="device-delete-result" aria-live="polite"></output>
      </form>
    </details>`;
}

/** An attribute that is there or not; the only markup a template inserts that is no element. */
function checked(yes: boolean): Html {
  return yes ? html`checked` : html``;
}
