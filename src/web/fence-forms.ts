import { formatDistance, html, type Html } from "#pages";
import type { FenceFeature } from "#wire";
import { fenceName, isDrawable, radiusOf } from "./fence-shapes.ts";

/** What to do first, by the kind of shape. */
export const hints: Readonly<Record<string, string>> = {
  polygon: "Click or tap the corners on the map; the first one again closes it.",
  circle: "Click or tap the centre, then where the edge should be.",
  corridor: "Click or tap along the way; the last point again finishes it.",
};

/** What to do once a shape of corners is complete. */
export const cornerHint: string = "Drag its points to change it, then save.";
/** What to do once a circle is complete. */
export const roundHint: string = "Drag it to move it, or type another radius, then save.";

/** What can be changed of a fence that exists. */
export function hintFor(fence: FenceFeature): string {
  if (!isDrawable(fence)) return "Its shape has several parts or holes; here only its name can be changed.";
  return fence.geometry.type === "Point" ? roundHint : cornerHint;
}

const close: Html = html`<button type="button" class="quiet-button" data-do="close" aria-label="Close">
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-close"></use></svg>
</button>`;

/**
 * The form of a fence that is drawn or changed; `radius` in metres for circles and corridors. `home` is asked only of one
 * that exists: while one is drawn the form is to cover little of the map.
 */
export function fenceForm(view: {
  readonly heading: string;
  readonly hint: string;
  readonly name: string;
  readonly radius: number | undefined;
  readonly home: boolean | undefined;
}): Html {
  return html`<form class="stack fence-form">
    <header>
      <h2>${view.heading}</h2>
      ${close}
    </header>
    <p class="hint" aria-live="polite">${view.hint}</p>
    <label
      >Name
      <input name="name" id="fence-name" value="${view.name}" required maxlength="200" autocomplete="off"
    /></label>
    ${
      view.radius !== undefined &&
      html`<label
        >Radius in metres
        <input name="radius" type="number" min="1" max="10000000" step="any" value="${view.radius}" required
      /></label>`
    }
    ${
      view.home !== undefined &&
      html`<label class="tick"
        ><input name="home" type="checkbox" ${view.home && html`checked`} />
        <span>Home zone: hidden in share links</span></label
      >`
    }
    <button class="primary">Save</button>
    <output aria-live="polite"></output>
  </form>`;
}

/** What a fence is; with the buttons to change it when that is allowed. */
export function fenceSummary(fence: FenceFeature, editable: boolean): Html {
  const { geometry, properties } = fence;
  const shape = {
    Point: "Circle",
    LineString: "Corridor",
    Polygon: "Area",
    MultiPolygon: "Area of several parts",
  }[geometry.type];
  const radius = radiusOf(fence);
  return html`<div class="stack">
    <header>
      <h2>${fenceName(fence)}</h2>
      ${close}
    </header>
    <dl class="facts">
      <div>
        <dt>Shape</dt>
        <dd>${shape}</dd>
      </div>
      ${
        radius > 0 &&
        html`<div>
          <dt>Radius</dt>
          <dd>${formatDistance(radius)}</dd>
        </div>`
      }
      ${
        properties["home"] === true &&
        html`<div>
          <dt>Home zone</dt>
          <dd>Hidden in share links</dd>
        </div>`
      }
      <div>
        <dt>Version</dt>
        <dd>${Number(properties["version"] ?? 1)}</dd>
      </div>
    </dl>
    ${
      editable &&
      html`<div class="row">
        <button type="button" data-do="edit">Edit</button>
        <button type="button" class="danger" data-do="delete">Delete</button>
      </div>`
    }
    <output aria-live="polite"></output>
  </div>`;
}
