import type { Html } from "#pages";
import type { FenceFeature } from "#wire";
import { request } from "./api.ts";
import { byId, elementOf } from "./dom.ts";
import { cornerHint, fenceForm, fenceSummary, hintFor, hints, roundHint } from "./fence-forms.ts";
import { fenceName, isDrawable, radiusOf } from "./fence-shapes.ts";

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
  #kind = "";

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
    this.#kind = kind;
    const round = kind === "circle" || kind === "corridor";
    this.#open(
      fenceForm({
        heading: "New fence",
        hint: hints[kind] ?? "",
        name: "",
        radius: round ? 500 : undefined,
        home: undefined,
      }),
    );
  }

  /** Shows a fence that exists. */
  show(fence: FenceFeature, editable: boolean): void {
    this.#fence = fence;
    this.#editing = false;
    this.#open(fenceSummary(fence, editable));
  }

  /** Writes the radius that was drawn with the pointer. */
  putRadius(meters: number): void {
    const input = this.#input("radius");
    if (input) input.value = String(Math.round(meters));
  }

  /** The shape is complete: the name comes next. */
  finished(): void {
    const round = this.#kind === "circle";
    this.#panel.querySelector(".hint")?.replaceChildren(round ? roundHint : cornerHint);
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
      fenceForm({
        heading: "Edit fence",
        hint: hintFor(fence),
        name,
        radius,
        home: fence.properties["home"] === true,
      }),
    );
    if (isDrawable(fence)) this.#host.edit(fence);
  }

  #open(content: Html): void {
    this.#panel.replaceChildren(elementOf(content));
    this.#panel.hidden = false;
  }

  async #save(): Promise<void> {
    if (!this.#editing) return;
    const kept = this.#fence && !isDrawable(this.#fence) ? this.#fence : undefined;
    const sketch = kept ?? this.#host.sketch(this.#radius());
    if (!sketch) return this.#say("Finish the shape on the map first.");
    const home = this.#input("home");
    const properties = {
      ...this.#fence?.properties,
      ...sketch.properties,
      name: this.#input("name")?.value.trim() ?? "",
      ...(home && { home: home.checked }),
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
