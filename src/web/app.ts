import type { Map as MapLibreMap } from "maplibre-gl";
import type { BBox } from "#geo";
import type { EventNames } from "#pages";
import type { DeviceId, EventBody } from "#wire";
import { loadEvents, loadLabels } from "./api.ts";
import { showLineState } from "./connection-state.ts";
import { CrowdsLayer } from "./crowds-layer.ts";
import { DeviceList } from "./device-list.ts";
import { DevicePanel } from "./device-panel.ts";
import { byId, rgb, throttle, token } from "./dom.ts";
import { EventFeed } from "./event-feed.ts";
import { drawFenceList } from "./fence-list.ts";
import { FenceEditor } from "./fence-editor.ts";
import { fenceName } from "./fence-shapes.ts";
import { FencesLayer } from "./fences-layer.ts";
import { Fleet } from "./fleet.ts";
import { Labels } from "./labels.ts";
import { LiveConnection, type LiveListener } from "./live-connection.ts";
import { createMap, styleOf, watchedBox } from "./map.ts";
import { MarkerLabels } from "./marker-labels.ts";
import { MarkersLayer } from "./markers-layer.ts";
import type { Moves } from "./moves.ts";
import { currentTheme, watchTheme } from "./theme.ts";
import { TrackLayer } from "./track-layer.ts";

/** How often lists follow the stream; the map follows at once. */
const listEvery = 500;
/** How often the panel of a device is read anew while the stream says nothing of it, because it is out of view. */
const panelEvery = 5_000;

/** The page with the map: holds the parts and lets them know of each other. */
export class App {
  readonly map: MapLibreMap = createMap(byId("map"), currentTheme());
  readonly fleet: Fleet = new Fleet(matchMedia("(prefers-reduced-motion: reduce)").matches);
  readonly labels: Labels = new Labels();
  readonly markers: MarkersLayer = new MarkersLayer(this.fleet);
  readonly names: MarkerLabels = new MarkerLabels(this.map, this.fleet, this.labels);
  readonly crowds: CrowdsLayer = new CrowdsLayer(this.map, this.fleet);
  readonly track: TrackLayer = new TrackLayer(this.map);
  readonly list: DeviceList = new DeviceList(this.fleet, this.labels);
  readonly panel: DevicePanel = new DevicePanel(
    () => this.select(undefined),
    ({ dataset: { lon, lat, accuracy } }) => {
      const isDrawn = this.selected !== undefined && this.fleet.slot(this.selected) !== undefined;
      this.track.accuracy(Number(lon), Number(lat), Number(accuracy), !isDrawn);
    },
  );
  readonly fences: FencesLayer = new FencesLayer(this.map, () => this.#fencesChanged());
  readonly editor: FenceEditor = new FenceEditor(this.map, this.fences);
  readonly feed: EventFeed = new EventFeed((event) => this.#namesOf(event));
  readonly live: LiveConnection;
  selected: DeviceId | undefined;
  readonly updateList: () => void = throttle(listEvery, () => this.#updateList());
  #connectedBefore = false;

  constructor() {
    this.map.on("style.load", () => this.#attach());
    this.map.on("moveend", () => {
      this.#watch();
      this.updateList();
      void this.track.sharpen();
    });
    this.markers.drawn = () => {
      this.names.place(this.list.inView);
      this.crowds.place();
    };
    this.live = new LiveConnection(this.#listener());
    this.#watch();
    watchTheme((theme) => this.map.setStyle(styleOf(theme), { diff: false }));
    setInterval(() => {
      if (this.selected !== undefined && this.fleet.slot(this.selected) === undefined)
        this.panel.changed(this.selected);
    }, panelEvery);
    void this.#loadLists();
  }

  /** Shows a device, or none; the address follows unless `quiet`. */
  select(device: DeviceId | undefined, quiet = false): void {
    if (device !== undefined) {
      this.editor.close();
      byId("app").toggleAttribute("data-raised", false);
    }
    if (device === this.selected) return;
    this.selected = this.markers.selected = this.names.selected = this.list.selected = device;
    if (!quiet) {
      const path = device === undefined ? "/" : `/devices/${encodeURIComponent(device)}`;
      history.pushState({}, "", path + location.hash);
    }
    document.title = device === undefined ? "Whereabouts" : `${this.labels.name(device)} · Whereabouts`;
    void this.panel.show(device);
    void this.track.show(device);
    this.updateList();
    this.map.triggerRepaint();
  }

  /** Takes the map to a device, if it is on the map. */
  flyToDevice(device: DeviceId): void {
    const slot = this.fleet.slot(device);
    if (slot === undefined) return;
    const { speed } = this.fleet.motion(slot);
    this.flyTo(this.fleet.lon[slot] ?? 0, this.fleet.lat[slot] ?? 0, { speed });
  }

  /**
   * Takes the map to a place, closer if it is far out: to the streets around, or to the country around what moves at
   * the `speed` (m/s) of an aircraft. `duration` in milliseconds.
   */
  flyTo(lon: number, lat: number, { speed = 0, duration = 600 } = {}): void {
    this.map.easeTo({
      center: [lon, lat],
      zoom: Math.max(this.map.getZoom(), speed > 70 ? 6 : 13),
      duration,
      offset: this.#offset(),
    });
  }

  /** From the middle of the map to the middle of what the open panel leaves free, in pixels. */
  #offset(): [number, number] {
    const panel = byId("panel");
    if (panel.hidden) return [0, 0];
    const { width, height } = panel.getBoundingClientRect();
    const phone = width >= innerWidth;
    return phone ? [0, -height / 2 + 48] : [-width / 2, 0];
  }

  #listener(): LiveListener {
    return {
      moves: (moves) => this.#take(moves),
      crowds: (crowds) => {
        this.crowds.show(crowds);
        this.updateList();
      },
      event: (event) => {
        this.feed.add(event);
        this.panel.changed(event.device);
      },
      fence: (news) => void this.fences.follow(news),
      device: (news) => {
        if (news.change === "deleted") this.fleet.remove(news.device);
        else this.labels.put(news.device, { name: news.name ?? "", icon: news.icon ?? "" });
        this.panel.changed(news.device);
        this.updateList();
        this.map.triggerRepaint();
      },
      reset: () => void this.#reload(),
      // Signed out, or with other rights than the page was made for: the server says which.
      ended: () => location.reload(),
      state: (state) => {
        showLineState(state);
        if (state !== "live") return;
        // Notices carry no cursor, so what they would have said during the break is read anew.
        if (this.#connectedBefore) void this.#loadLists();
        this.#connectedBefore = true;
      },
    };
  }

  #take(moves: Moves): void {
    this.fleet.take(moves, Date.now());
    this.updateList();
    this.markers.refresh();
    const { selected } = this;
    const slot = selected === undefined ? undefined : this.fleet.slot(selected);
    if (selected === undefined || slot === undefined) return;
    const index = moves.device.indexOf(this.fleet.numberOf(slot));
    if (index < 0) return;
    const [time = 0, lon = 0, lat = 0] = [moves.time[index], moves.lon[index], moves.lat[index]];
    this.track.extend(selected, { time, lon, lat });
    this.panel.changed(selected);
  }

  async #loadLists(): Promise<void> {
    const [labels] = await Promise.all([loadLabels(), this.fences.load()]);
    for (const [id, name, icon] of labels) this.labels.put(id, { name: name ?? "", icon: icon ?? "" });
    this.updateList();
  }

  async #reload(): Promise<void> {
    await this.#loadLists();
    this.feed.replace(await loadEvents());
    if (this.selected !== undefined) {
      this.panel.changed(this.selected);
      await this.track.show(this.selected);
    }
  }

  /** After each change of style everything that is ours goes on top of it again, in today's colours. */
  #attach(): void {
    this.fences.attach();
    this.track.attach();
    this.markers.colours = {
      ink: rgb(token("marker")),
      halo: rgb(token("marker-halo")),
      signal: rgb(token("signal")),
    };
    this.map.addLayer(this.markers);
    this.track.raise();
  }

  #watch(): void {
    this.live.watch(watchedBox(this.map), this.map.getZoom());
  }

  #updateList(): void {
    const bounds = this.map.getBounds();
    const wide = bounds.getEast() - bounds.getWest() >= 360;
    const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
    const [west, east] = wide ? [-180, 180] : [wrap(bounds.getWest()), wrap(bounds.getEast())];
    const view: BBox = [west, bounds.getSouth(), east, bounds.getNorth()];
    this.list.update(view, this.crowds.hiddenIn(view));
    this.markers.refresh();
  }

  #namesOf({ device, other, fence: id, fenceVersion }: EventBody): EventNames {
    const fence = id === undefined ? undefined : this.fences.fences.get(id);
    const { dwellSeconds, version } = fence?.properties ?? {};
    return {
      device: this.labels.name(device),
      ...(other !== undefined && { other: this.labels.name(other) }),
      ...(fence && { fence: fenceName(fence) }),
      // What a later version says need not have been so then.
      ...(typeof dwellSeconds === "number" && version === fenceVersion && { dwellSeconds }),
    };
  }

  #fencesChanged(): void {
    drawFenceList(this.fences.fences.values(), this.fences.selected);
    this.editor.follow();
  }
}
