import type { App } from "./app.ts";
import { byId } from "./dom.ts";
import { pick } from "./picking.ts";

/** Reach of a pointer in CSS pixels: a finger is wider than an arrow. */
const reach = { mouse: 14, touch: 26 };

/** Clicks, taps, keys and the back button. `placed`: the address said where the map is to be. */
export function bindControls(app: App, placed: boolean): void {
  bindMap(app);
  bindLists(app);
  bindTabs();
  bindKeys(app);
  addEventListener("popstate", () => app.select(deviceInAddress(), true));
  document.addEventListener("drawing-started", () => app.select(undefined));
  const first = deviceInAddress();
  if (first === undefined) return;
  // A link without a place in it is a link to where the device is.
  const place = placed ? undefined : byId("panel").querySelector<HTMLElement>("[data-lon]");
  app.select(first, true);
  if (!place) return;
  const { lon, lat, speed } = place.dataset;
  app.flyTo(Number(lon), Number(lat), { speed: Number(speed), duration: 0 });
}

/** The device that the address names: `/devices/{id}`, or `?device=` of older links. */
export function deviceInAddress(): string | undefined {
  const path = /^\/devices\/([^/]+)$/.exec(location.pathname)?.[1];
  if (path !== undefined) return decodeURIComponent(path);
  return new URLSearchParams(location.search).get("device") ?? undefined;
}

function bindMap(app: App): void {
  const { map } = app;
  map.on("click", (event) => {
    if (app.editor.busy) return;
    const touch = event.originalEvent instanceof PointerEvent && event.originalEvent.pointerType === "touch";
    const device = pick(map, app.fleet, event.point, touch ? reach.touch : reach.mouse);
    if (device !== undefined) return app.select(device);
    const layers = ["fence-fill", "fence-corridor"].filter((layer) => map.getLayer(layer));
    const line = map.queryRenderedFeatures(
      [
        [event.point.x - 4, event.point.y - 4],
        [event.point.x + 4, event.point.y + 4],
      ],
      { layers: ["fence-outline"].filter((layer) => map.getLayer(layer)) },
    )[0];
    const hit =
      line ??
      (app.selected === undefined ? map.queryRenderedFeatures(event.point, { layers })[0] : undefined);
    app.select(undefined);
    if (hit && line) app.editor.open(String(hit.properties["id"]), false);
    else app.editor.close();
  });
  let frame = 0;
  map.on("mousemove", ({ point }) => {
    if (app.editor.busy) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const hovered = pick(map, app.fleet, point, reach.mouse);
      if (hovered === app.names.hovered) return;
      app.names.hovered = hovered;
      map.getCanvas().style.cursor = hovered === undefined ? "" : "pointer";
      map.triggerRepaint();
    });
  });
}

function bindLists(app: App): void {
  byId("side").addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    const { device, fence } = link.dataset;
    if (device === undefined && fence === undefined) return;
    event.preventDefault();
    if (fence !== undefined) {
      app.select(undefined);
      return app.editor.open(fence, true);
    }
    if (device === undefined) return;
    app.select(device);
    const row = link.closest<HTMLElement>(".event");
    if (row) flyToEvent(app, row, device);
    else app.flyToDevice(device);
  });
  byId("panel").addEventListener("click", (event) => {
    const link = linkOf(event);
    const row = link?.closest<HTMLElement>(".event");
    const device = link?.dataset["device"];
    // The age of an event is a link of its own, to the page that explains it.
    if (!row || device === undefined) return;
    event.preventDefault();
    flyToEvent(app, row, device);
  });
  byId("search").addEventListener("input", () => app.updateList());
}

/** Where it happened, as close as suits its device; not too close when the device is not on the map. */
function flyToEvent(app: App, { dataset }: HTMLElement, device: string): void {
  const slot = app.fleet.slot(device);
  const speed = slot === undefined ? Infinity : app.fleet.motion(slot).speed;
  app.flyTo(Number(dataset["lon"]), Number(dataset["lat"]), { speed });
}

/** The link that a plain click hit; with a modifier key the browser opens it in its own way. */
function linkOf(event: MouseEvent): HTMLAnchorElement | undefined {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return undefined;
  return event.target instanceof Element ? (event.target.closest("a") ?? undefined) : undefined;
}

function bindTabs(): void {
  const app = byId("app");
  document.querySelector(".tabs")?.addEventListener("click", (event) => {
    const link = event instanceof MouseEvent ? linkOf(event) : undefined;
    const tab = link?.dataset["tab"];
    if (!link || tab === undefined) return;
    event.preventDefault();
    app.dataset["tab"] = tab;
    app.toggleAttribute("data-raised", true);
    for (const other of document.querySelectorAll(".tabs a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
  });
}

function bindKeys(app: App): void {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key === "Escape") {
      if (event.target === byId("search")) {
        (event.target as HTMLInputElement).value = "";
        app.updateList();
        (event.target as HTMLInputElement).blur();
      } else if (app.editor.busy || app.fences.selected !== undefined) app.editor.close();
      else app.select(undefined);
    }
    if (event.key === "/" && !typing && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      document.querySelector<HTMLElement>('.tabs a[data-tab="devices"]')?.click();
      byId("search").focus();
    }
  });
}
