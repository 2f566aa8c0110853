import {
  deviceItem,
  formatAge,
  formatCount,
  formatSpeed,
  deviceState,
  rowIcon,
  type DeviceRow,
} from "#pages";
import type { BBox } from "#geo";
import type { DeviceId } from "#wire";
import { byId, elementOf } from "./dom.ts";
import type { Fleet } from "./fleet.ts";
import type { Labels } from "./labels.ts";
import { boxHolds } from "./map.ts";

/** Rows in the document; more devices are counted and found by searching. */
const most = 150;

/** The list of devices in view: filtered by the search box, ordered by name, updated in place. */
export class DeviceList {
  readonly #fleet: Fleet;
  readonly #labels: Labels;
  readonly #rows = new Map<DeviceId, HTMLElement>();
  readonly #list = byId("device-rows");
  readonly #note = byId("device-note");
  readonly #search = byId("search") as HTMLInputElement;
  /** Slots of the devices in view, for whoever names or counts them. */
  inView: number[] = [];
  selected: DeviceId | undefined;

  constructor(fleet: Fleet, labels: Labels) {
    this.#fleet = fleet;
    this.#labels = labels;
    for (const row of this.#list.querySelectorAll<HTMLElement>("li[data-id]")) {
      this.#rows.set(row.dataset["id"] ?? "", row);
    }
  }

  /** What is typed in the search box, lower case. */
  get filter(): string {
    return this.#search.value.trim().toLowerCase();
  }

  /** Brings the list up to date with the fleet and the view. */
  update(view: BBox): void {
    const { filter } = this;
    const now = Date.now();
    this.inView = [];
    const shown: DeviceRow[] = [];
    for (let slot = 0; slot < this.#fleet.count; slot++) {
      if (!boxHolds(view, this.#fleet.lon[slot] ?? 0, this.#fleet.lat[slot] ?? 0)) continue;
      this.inView.push(slot);
      const row = this.#row(slot);
      if (
        filter === "" ||
        row.id.toLowerCase().includes(filter) ||
        row.name?.toLowerCase().includes(filter)
      ) {
        shown.push(row);
      }
    }
    shown.sort((a, b) => byName.compare(a.name ?? a.id, b.name ?? b.id));
    this.#draw(shown.slice(0, most), now);
    byId("device-count").textContent = formatCount(this.inView.length);
    const empty = document.getElementById("devices-empty");
    if (this.#fleet.count > 0) empty?.remove();
    this.#note.textContent = empty ? "" : note(shown.length, this.inView.length, filter);
  }

  #row(slot: number): DeviceRow {
    const id = this.#fleet.ids[slot] ?? "";
    const { speed } = this.#fleet.motion(slot);
    return { id, ...this.#labels.get(id), time: this.#fleet.time[slot], speed };
  }

  /** Rows keep their element, so focus and scroll stay where they are. */
  #draw(rows: readonly DeviceRow[], now: number): void {
    const kept = new Set(rows.map(({ id }) => id));
    for (const [id, element] of this.#rows) {
      if (kept.has(id)) continue;
      element.remove();
      this.#rows.delete(id);
    }
    let before: Element | null = this.#list.firstElementChild;
    for (const row of rows) {
      let element = this.#rows.get(row.id);
      if (element) refresh(element, row, now);
      else {
        element = elementOf(deviceItem(row, now));
        this.#rows.set(row.id, element);
      }
      element.toggleAttribute("aria-current", row.id === this.selected);
      if (element === before) before = element.nextElementSibling;
      else this.#list.insertBefore(element, before);
    }
  }
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function refresh(element: HTMLElement, row: DeviceRow, now: number): void {
  const set = (selector: string, text: string): void => {
    const part = element.querySelector(selector);
    if (part && part.textContent !== text) part.textContent = text;
  };
  set(".name", row.name || row.id);
  set(".speed", formatSpeed(row.speed));
  set(".age", row.time === undefined ? "–" : formatAge(now - row.time));
  const use = element.querySelector("use");
  const href = `#i-${rowIcon(row, now)}`;
  if (use && use.getAttribute("href") !== href) use.setAttribute("href", href);
  const state = deviceState(row, now);
  if (element.dataset["state"] !== state) element.dataset["state"] = state;
}

function note(shown: number, inView: number, filter: string): string {
  if (inView === 0) return "No device in this view. Zoom out, or move the map.";
  if (filter !== "" && shown === 0)
    return `None of the ${formatCount(inView)} devices in view is called that.`;
  if (shown > most) return `The first ${most} of ${formatCount(shown)} in view. Type to find one.`;
  return "";
}
