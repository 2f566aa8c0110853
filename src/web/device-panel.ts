import { Idiomorph } from "idiomorph";
import type { DeviceId } from "#wire";
import { ApiError, loadPanel, request } from "./api.ts";
import { byId, throttle } from "./dom.ts";

/** Least time between two refreshes of the panel. */
const every = 1_000;

/** The panel of the selected device: HTML of the server, morphed in place when something of the device changes. */
export class DevicePanel {
  readonly #panel = byId("panel");
  readonly #closed: () => void;
  readonly #rendered: (panel: HTMLElement) => void;
  #device: DeviceId | undefined;
  #loading = new AbortController();
  readonly #refresh = throttle(every, () => void this.#load());

  /**
   * `closed` is called when the reader closes the panel, or the device is gone; `rendered` with the panel's content
   * whenever that is new.
   */
  constructor(closed: () => void, rendered: (panel: HTMLElement) => void) {
    this.#closed = closed;
    this.#rendered = rendered;
    this.#panel.addEventListener("click", (event) => {
      if (!(event.target instanceof Element) || !event.target.closest("#panel-close")) return;
      event.preventDefault();
      closed();
    });
    this.#panel.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement)) return;
      const { editDevice, deleteDevice } = event.target.dataset;
      if (editDevice === undefined && deleteDevice === undefined) return exportSpan(event.target, event);
      event.preventDefault();
      if (editDevice !== undefined) void this.#save(event.target, editDevice);
      else if (deleteDevice !== undefined) void this.#delete(event.target, deleteDevice);
    });
  }

  /** Opens the panel of a device, or closes it. */
  async show(device: DeviceId | undefined): Promise<void> {
    if (device === this.#device) return;
    this.#device = device;
    if (device === undefined) {
      this.#loading.abort();
      this.#panel.hidden = true;
      this.#panel.replaceChildren();
      return;
    }
    if (this.#panel.querySelector<HTMLElement>("#device-panel")?.dataset["liveDevice"] !== device) {
      this.#panel.replaceChildren();
    }
    this.#panel.hidden = false;
    await this.#load();
  }

  /** Something of this device changed. */
  changed(device: DeviceId): void {
    if (device === this.#device && !document.hidden) this.#refresh();
  }

  async #load(): Promise<void> {
    const device = this.#device;
    if (device === undefined) return;
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    try {
      const content = await loadPanel(device, signal);
      if (device !== this.#device) return;
      if (content === undefined) return this.#closed();
      morph(this.#panel, content);
      const panel = this.#panel.querySelector<HTMLElement>("#device-panel");
      if (panel) this.#rendered(panel);
    } catch (error) {
      // The line is down or a newer load took over; the state of the connection says so already.
      if (!signal.aborted && !(error instanceof ApiError || error instanceof TypeError)) throw error;
    }
  }

  async #save(form: HTMLFormElement, device: DeviceId): Promise<void> {
    const output = form.querySelector("output");
    const data = new FormData(form);
    const [name, icon] = [data.get("name"), data.get("icon")];
    const groups = form.querySelector<HTMLInputElement>("#device-groups");
    try {
      await request("PATCH", `/api/devices/${encodeURIComponent(device)}`, {
        name: typeof name === "string" ? name.trim() : "",
        icon: icon === "arrow" ? "" : icon,
        // Untouched they are left alone: a name may hold a comma that somebody set over the API.
        ...(groups && groups.value !== groups.defaultValue && { groups: splitNames(groups.value) }),
      });
      // What is in the fields is saved now, so a refresh may replace it again.
      for (const input of form.querySelectorAll("input")) {
        input.defaultValue = input.value;
        input.defaultChecked = input.checked;
      }
      if (output) output.textContent = "Saved";
      this.#refresh();
    } catch (error) {
      if (output) output.textContent = words(error);
    }
  }

  async #delete(form: HTMLFormElement, device: DeviceId): Promise<void> {
    const button = form.querySelector("button");
    const output = form.querySelector("output");
    if (button && form.dataset["sure"] !== "yes") {
      form.dataset["sure"] = "yes";
      button.textContent = "Yes, delete it and all its positions";
      return;
    }
    try {
      await request("DELETE", `/api/devices/${encodeURIComponent(device)}`);
      this.#closed();
    } catch (error) {
      if (output) output.textContent = words(error);
    }
  }
}

/** Names with commas between them. */
function splitNames(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Morphs `content` into the panel; what somebody typed, opened, chose or is about to confirm stays as it is. */
export function morph(panel: HTMLElement, content: string): void {
  void Idiomorph.morph(panel, content, {
    morphStyle: "innerHTML",
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (old: Node) => {
        if (old instanceof HTMLInputElement) return !isTouched(old);
        if (old instanceof HTMLFormElement) return old.dataset["sure"] !== "yes";
        return !(old instanceof HTMLOutputElement);
      },
      beforeAttributeUpdated: (name: string, node: Element) =>
        !(name === "open" && node instanceof HTMLDetailsElement),
    },
  });
}

function isTouched(input: HTMLInputElement): boolean {
  return (
    input.value !== input.defaultValue ||
    input.checked !== input.defaultChecked ||
    input === document.activeElement
  );
}

/** The fields hold the reader's local time; the server is asked in UTC. */
function exportSpan(form: HTMLFormElement, event: SubmitEvent): void {
  if (!form.matches("#device-export form")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const query = new URLSearchParams();
  for (const [name, value] of data) {
    const text = typeof value === "string" ? value : "";
    query.set(name, name === "from" || name === "to" ? new Date(text).toISOString() : text);
  }
  const link = document.createElement("a");
  link.href = `${form.action}?${query}`;
  link.download = "";
  link.click();
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
