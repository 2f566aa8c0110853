import { formatAge, formatCount, formatSpeed, html } from "#pages";
import type { DeviceId } from "#wire";
import { byId, elementOf } from "./dom.ts";
import type { Fleet } from "./fleet.ts";
import type { Labels } from "./labels.ts";

/** Rows in the document; more devices are counted. */
const most = 100;
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The devices that a share link shows, by name, brought up to date in place. */
export class ShareList {
  selected: DeviceId | undefined;
  readonly #fleet: Fleet;
  readonly #labels: Labels;
  /** By which shown times lie behind true ones, in milliseconds. */
  readonly #delay: number;
  readonly #rows = new Map<DeviceId, HTMLElement>();
  readonly #list = byId("share-rows");
  readonly #count = byId("share-count");

  constructor(fleet: Fleet, labels: Labels, delay: number, chosen: (device: DeviceId) => void) {
    this.#fleet = fleet;
    this.#labels = labels;
    this.#delay = delay;
    this.#list.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("li") : null;
      const device = row?.dataset["id"];
      if (device !== undefined) chosen(device);
    });
  }

  update(): void {
    const ids = this.#fleet.ids
      .slice(0, this.#fleet.count)
      .sort((a, b) => byName.compare(this.#labels.name(a), this.#labels.name(b)));
    const shown = ids.slice(0, most);
    for (const [id, row] of this.#rows) {
      if (shown.includes(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const [index, id] of shown.entries()) {
      const row = this.#row(id);
      if (this.#list.children[index] !== row)
        this.#list.insertBefore(row, this.#list.children[index] ?? null);
    }
    const count = this.#fleet.count;
    this.#count.textContent =
      count === 0 ? "nothing to see now" : `${formatCount(count)} ${count === 1 ? "device" : "devices"}`;
  }

  #row(id: DeviceId): HTMLElement {
    let row = this.#rows.get(id);
    if (!row) {
      row = elementOf(
        html`<li data-id="${id}">
          <button type="button">
            <span class="name"></span><span class="speed"></span><span class="age"></span>
          </button>
        </li>`,
      );
      this.#rows.set(id, row);
    }
    const slot = this.#fleet.slot(id) ?? 0;
    const say = (part: string, text: string): void => {
      const element = row.querySelector(part);
      if (element && element.textContent !== text) element.textContent = text;
    };
    const { speed } = this.#fleet.motion(slot);
    say(".name", this.#labels.name(id));
    say(".speed", speed > 0 ? formatSpeed(speed) : "");
    say(".age", formatAge(Date.now() - (this.#fleet.time[slot] ?? 0) + this.#delay));
    row.toggleAttribute("aria-current", id === this.selected);
    return row;
  }
}
