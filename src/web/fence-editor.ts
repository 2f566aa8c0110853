import type { Map as MapLibreMap } from "maplibre-gl";
import type { FenceFeature, FenceId } from "#wire";
import { byId } from "./dom.ts";
import type { DrawKind, FenceDrawing } from "./fence-drawing.ts";
import { FencePanel } from "./fence-panel.ts";
import { fenceBounds } from "./fence-shapes.ts";
import type { FencesLayer } from "./fences-layer.ts";

/** Brings together the panel of a fence, the drawing on the map, and the fences that exist. */
export class FenceEditor {
  readonly #map: MapLibreMap;
  readonly #fences: FencesLayer;
  readonly #panel: FencePanel;
  #drawing: FenceDrawing | undefined;
  /** Grows with every opening and closing; a module that arrives late looks whether it is still wanted. */
  #turn = 0;

  constructor(map: MapLibreMap, fences: FencesLayer) {
    this.#map = map;
    this.#fences = fences;
    this.#panel = new FencePanel({
      sketch: (radius) => this.#drawing?.sketch(radius),
      saved: (fence) => {
        this.close();
        fences.put(fence);
        this.open(fence.id, false);
      },
      deleted: () => this.close(),
      closed: () => this.close(),
      edit: (fence) => {
        fences.hide(fence.id);
        void this.#draw((drawing) => drawing.edit(fence));
      },
      radius: (meters) => this.#drawing?.setRadius(meters),
    });
    const tools = byId("fence-tools");
    tools.hidden = byId("app").dataset["editable"] !== "yes";
    tools.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const kind = event.target.closest<HTMLElement>("[data-draw]")?.dataset["draw"];
      if (kind === "polygon" || kind === "circle" || kind === "corridor") void this.start(kind);
    });
  }

  /** Is a shape being drawn or changed? Clicks on the map then belong to it. */
  get busy(): boolean {
    return this.#drawing !== undefined;
  }

  /** Starts drawing a new fence. */
  async start(kind: DrawKind): Promise<void> {
    this.close();
    document.dispatchEvent(new CustomEvent("drawing-started"));
    this.#panel.draw(kind);
    await this.#draw((drawing) => drawing.start(kind));
  }

  /** Shows an existing fence; `fly` takes the map there. */
  open(id: FenceId, fly: boolean): void {
    const fence = this.#fences.fences.get(id);
    if (!fence) return;
    this.close();
    this.#fences.select(id);
    this.#panel.show(fence, byId("app").dataset["editable"] === "yes");
    this.#mark(id);
    if (fly) this.#flyTo(fence);
  }

  /** Puts everything away; what was drawn and not saved is gone. */
  close(): void {
    this.#turn++;
    this.#drawing?.stop();
    this.#drawing = undefined;
    byId("app").toggleAttribute("data-drawing", false);
    this.#panel.hide();
    this.#fences.hide(undefined);
    this.#fences.select(undefined);
    this.#mark(undefined);
  }

  /** The set of fences changed; one that is gone cannot stay open. */
  follow(): void {
    const { selected } = this.#fences;
    if (selected !== undefined && !this.#fences.fences.has(selected)) this.close();
  }

  async #draw(begin: (drawing: FenceDrawing) => void): Promise<void> {
    const turn = ++this.#turn;
    const { FenceDrawing: Drawing } = await import("./fence-drawing.ts");
    if (turn !== this.#turn) return;
    this.#drawing = new Drawing(this.#map, {
      finished: () => this.#panel.finished(),
      radius: (meters) => this.#panel.putRadius(meters),
    });
    byId("app").toggleAttribute("data-drawing", true);
    begin(this.#drawing);
  }

  #mark(id: FenceId | undefined): void {
    for (const row of byId("fence-rows").children) {
      if (row instanceof HTMLElement) row.toggleAttribute("aria-current", row.dataset["id"] === id);
    }
  }

  #flyTo(fence: FenceFeature): void {
    const [west, south, east, north] = fenceBounds(fence);
    if (!Number.isFinite(west)) return;
    const panel = byId("fence-panel").getBoundingClientRect();
    const phone = panel.width >= innerWidth;
    const padding = {
      top: 64,
      left: 64,
      right: phone ? 64 : 64 + panel.width,
      bottom: phone ? panel.height : 64,
    };
    this.#map.fitBounds([west, south, east, north], { padding, duration: 600, maxZoom: 16 });
  }
}
