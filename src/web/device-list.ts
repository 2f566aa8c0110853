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
import { NameOrder } from "./name-order.ts";
import { boxHolds } from "./box.ts";

/** Rows in the document; more devices are counted and found by searching. */
const most = 150;

/** The list of devices in view: filtered by the search box, ordered by name, updated in place. */
export class DeviceList {
  readonly #fleet: Fleet;
  readonly #labels: Labels;
  readonly #order: NameOrder;
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
    this.#order = new NameOrder(fleet, labels);
    for (const row of this.#list.querySelectorAll<HTMLElement>("li[data-id]")) {
      this.#rows.set(row.dataset["id"] ?? "", row);
    }
  }

  /** What is typed in the search box, lower case. */
  get filter(): string {
    return this.#search.value.trim().toLowerCase();
  }

  /**
   * Brings the list up to date with the fleet and the view; `uncounted`: devices in view that the fleet does not hold,
   * because they are only counted.
   */
  update(view: BBox, uncounted = 0): void {
    const { filter } = this;
    const fleet = this.#fleet;
    this.inView = [];
    const shown: DeviceRow[] = [];
    let matches = 0;
    for (const id of this.#order.ids()) {
      const slot = fleet.slot(id);
      if (slot === undefined || !boxHolds(view, fleet.lon[slot] ?? 0, fleet.lat[slot] ?? 0)) continue;
      this.inView.push(slot);
      if (filter !== "" && !this.#isCalled(id, filter)) continue;
      if (++matches <= most) shown.push(this.#row(slot));
    }
    this.#draw(shown, Date.now());
    byId("device-count").textContent = formatCount(this.inView.length + uncounted);
    const empty = document.getElementById("devices-empty");
    if (fleet.count > 0) empty?.remove();
    this.#note.textContent = empty ? "" : note(matches, this.inView.length, filter, uncounted);
  }

  #isCalled(id: DeviceId, filter: string): boolean {
    if (id.toLowerCase().includes(filter)) return true;
    return this.#labels.get(id).name?.toLowerCase().includes(filter) ?? false;
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

function note(matches: number, inView: number, filter: string, uncounted: number): string {
  const more = uncounted > 0 ? ` Zoom in for ${formatCount(uncounted)} more, which are only counted.` : "";
  if (inView === 0) return more.trim() || "No device in this view. Zoom out, or move the map.";
  if (filter !== "" && matches === 0)
    return `None of the ${formatCount(inView)} devices in view is called that.${more}`;
  if (matches > most) return `The first ${most} of ${formatCount(matches)} in view. Type to find one.${more}`;
  return more.trim();
}
