import { formatDistance, html, type Html } from "#pages";
import type { FenceFeature } from "#wire";
import { request } from "./api.ts";
import { byId, elementOf } from "./dom.ts";
import { fenceName, radiusOf } from "./fence-shapes.ts";

/** What a reader draws, as the REST API takes it. */
export interface FenceSketch {
  readonly type: "Feature";
  readonly geometry: FenceFeature["geometry"];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the panel needs of the page around it. */
export interface FencePanelHost {
  /** The shape as drawn now; undefined while it is not finished. */
  sketch(radius: number): FenceSketch | undefined;
  saved(fence: FenceFeature): void;
  deleted(id: string): void;
  closed(): void;
  /** Starts moving the corners of a fence. */
  edit(fence: FenceFeature): void;
  /** The reader changed the radius. */
  radius(meters: number): void;
}

/** The panel of one fence: new while it is drawn, or chosen from the list. */
export class FencePanel {
  readonly #panel = byId("fence-panel");
  readonly #host: FencePanelHost;
  #fence: FenceFeature | undefined;
  #editing = false;

  constructor(host: FencePanelHost) {
    this.#host = host;
    this.#panel.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    this.#panel.addEventListener("input", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "radius")
        host.radius(this.#radius());
    });
    this.#panel.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const action = event.target.closest<HTMLElement>("[data-do]")?.dataset["do"];
      if (action === "close") host.closed();
      else if (action === "edit" && this.#fence) this.#edit(this.#fence);
      else if (action === "delete") void this.#delete(event.target.closest("button"));
    });
  }

  /** Shows the form for a fence that is being drawn. */
  draw(kind: string): void {
    this.#fence = undefined;
    this.#editing = true;
    const round = kind === "circle" || kind === "corridor";
    this.#open(
      form({ heading: "New fence", hint: hints[kind] ?? "", name: "", radius: round ? 500 : undefined }),
    );
  }

  /** Shows a fence that exists. */
  show(fence: FenceFeature, editable: boolean): void {
    this.#fence = fence;
    this.#editing = false;
    this.#open(summary(fence, editable));
  }

  /** Writes the radius that was drawn with the pointer. */
  putRadius(meters: number): void {
    const input = this.#input("radius");
    if (input) input.value = String(Math.round(meters));
  }

  /** The shape is complete: the name comes next. */
  finished(): void {
    this.#panel.querySelector(".hint")?.replaceChildren("Drag its points to adjust it, then save.");
    this.#input("name")?.focus();
  }

  hide(): void {
    this.#fence = undefined;
    this.#editing = false;
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
  }

  #edit(fence: FenceFeature): void {
    this.#editing = true;
    const radius =
      fence.geometry.type === "Point" || fence.geometry.type === "LineString" ? radiusOf(fence) : undefined;
    const name = fenceName(fence);
    this.#open(
      form({ heading: "Edit fence", hint: "Drag its points to change it, then save.", name, radius }),
    );
    this.#host.edit(fence);
  }

  #open(content: Html): void {
    this.#panel.replaceChildren(elementOf(content));
    this.#panel.hidden = false;
  }

  async #save(): Promise<void> {
    if (!this.#editing) return;
    const sketch = this.#host.sketch(this.#radius());
    if (!sketch) return this.#say("Finish the shape on the map first.");
    const properties = {
      ...this.#fence?.properties,
      ...sketch.properties,
      name: this.#input("name")?.value.trim() ?? "",
    };
    const id = this.#fence?.id;
    try {
      const answer = await request(
        id === undefined ? "POST" : "PUT",
        id === undefined ? "/api/fences" : `/api/fences/${encodeURIComponent(id)}`,
        { ...sketch, ...(id !== undefined && { id }), properties },
      );
      this.#host.saved(await answer.json());
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  async #delete(button: HTMLButtonElement | null): Promise<void> {
    if (!this.#fence || !button) return;
    if (button.dataset["sure"] !== "yes") {
      button.dataset["sure"] = "yes";
      button.textContent = "Yes, delete it";
      return;
    }
    const { id } = this.#fence;
    try {
      await request("DELETE", `/api/fences/${encodeURIComponent(id)}`);
      this.#host.deleted(id);
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  #radius(): number {
    return Number(this.#input("radius")?.value ?? 0);
  }

  #input(name: string): HTMLInputElement | null {
    return this.#panel.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  }

  #say(text: string): void {
    const output = this.#panel.querySelector("output");
    if (output) output.textContent = text;
  }
}

const hints: Readonly<Record<string, string>> = {
  polygon: "Click or tap the corners on the map; the first one again closes it.",
  circle: "Click or tap the centre, then where the edge should be.",
  corridor: "Click or tap along the way; the last point again finishes it.",
};

const close = html`<button type="button" class="quiet-button" data-do="close" aria-label="Close">
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-close"></use></svg>
</button>`;

function form(view: {
  readonly heading: string;
  readonly hint: string;
  readonly name: string;
  readonly radius: number | undefined;
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
    <button class="primary">Save</button>
    <output aria-live="polite"></output>
  </form>`;
}

function summary(fence: FenceFeature, editable: boolean): Html {
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
      <div>
        <dt>Version</dt>
        <dd>${Number(properties["version"] ?? 1)}</dd>
      </div>
    </dl>
    ${
      editable &&
      html`<div class="row">
        ${geometry.type !== "MultiPolygon" && html`<button type="button" data-do="edit">Edit</button>`}
        <button type="button" class="danger" data-do="delete">Delete</button>
      </div>`
    }
    <output aria-live="polite"></output>
  </div>`;
}
