import type { Map as MapLibreMap } from "maplibre-gl";
import type { Crowd, DeviceId } from "#wire";
import { showLineState } from "./connection-state.ts";
import { CrowdsLayer } from "./crowds-layer.ts";
import { byId, rgb, throttle, token } from "./dom.ts";
import { Fleet } from "./fleet.ts";
import { Labels } from "./labels.ts";
import { LiveConnection, type LiveListener } from "./live-connection.ts";
import { createMap, styleOf, watchedBox } from "./map.ts";
import { MarkerLabels } from "./marker-labels.ts";
import { MarkersLayer } from "./markers-layer.ts";
import type { Moves } from "./moves.ts";
import { pick } from "./picking.ts";
import { ShareList } from "./share-list.ts";
import { ShareTracks } from "./share-tracks.ts";
import { currentTheme } from "./theme.ts";

/** How often the list follows the stream; the map follows at once. */
const listEvery = 500;
/** Pixels around what is shown, and the zoom that is close enough, when the map is framed. */
const [room, closest] = [64, 15];

/** The map of a share link: what the stream says, and nothing else. */
export class SharedMap {
  readonly map: MapLibreMap;
  readonly #basemap: string;
  readonly #fleet = new Fleet(matchMedia("(prefers-reduced-motion: reduce)").matches);
  readonly #labels = new Labels();
  readonly #markers = new MarkersLayer(this.#fleet);
  readonly #names: MarkerLabels;
  readonly #crowds: CrowdsLayer;
  readonly #tracks: ShareTracks;
  readonly #list: ShareList;
  readonly #hasTracks: boolean;
  readonly #delay: number;
  readonly #update: () => void;
  /** The address, or an area, says where the map is; else it is put where something is, once. */
  #framed: boolean;
  readonly #live: LiveConnection;
  /** There is too much for all of it at once: only what the map shows is watched. */
  #isCrowded = false;

  constructor(root: HTMLElement, secret: string) {
    const address = `/s/${secret}`;
    const { track, tracks = "", delay = "0" } = root.dataset;
    this.#basemap = `${address}/tiles/basemap.json`;
    this.#framed = location.hash !== "" || byId("map").dataset["extent"] !== undefined;
    this.#hasTracks = track === "yes";
    this.#delay = Number(delay) * 1_000;
    this.map = createMap(byId("map"), currentTheme(), this.#basemap);
    this.#names = new MarkerLabels(this.map, this.#fleet, this.#labels);
    this.#crowds = new CrowdsLayer(this.map, this.#fleet);
    this.#tracks = new ShareTracks(this.map, address);
    this.#list = new ShareList(this.#fleet, this.#labels, this.#delay, (device) => this.#select(device));
    this.#update = throttle(listEvery, () => this.#list.update());
    this.#markers.drawn = () => {
      this.#names.place(Array.from({ length: this.#fleet.count }, (_, slot) => slot));
      this.#crowds.place();
    };
    this.map.on("moveend", () => this.#watch());
    this.map.on("style.load", () => this.#attach());
    this.map.on("click", (event) => {
      const device = pick(this.map, this.#fleet, event.point, 20);
      if (device !== undefined) this.#select(device);
    });
    this.#live = new LiveConnection(this.#listener(), secret);
    this.#live.watch([-180, -90, 180, 90], 19);
    // The age of what has not moved grows too.
    setInterval(() => this.#update(), 5_000);
    const drawn = tracks.split(" ").filter((device) => device !== "");
    void Promise.all(drawn.map((device) => this.#tracks.show(device))).then(() => this.#frame());
  }

  /** Draws the map in another light. */
  turn(): void {
    this.map.setStyle(styleOf(currentTheme(), this.#basemap), { diff: false });
  }

  #listener(): LiveListener {
    return {
      moves: (moves) => this.#take(moves),
      crowds: (crowds) => this.#crowd(crowds),
      names: (names) => {
        for (const { device, name } of names) this.#labels.put(device, { name });
        this.#update();
        this.map.triggerRepaint();
      },
      state: showLineState,
      ended: () => this.#end(),
      event: () => undefined,
      fence: () => undefined,
      device: () => undefined,
      reset: () => undefined,
    };
  }

  #take(moves: Moves): void {
    for (const number of moves.gone) {
      const device = this.#fleet.named(number);
      if (device !== undefined) this.#tracks.interrupt(device);
    }
    // A marker fades with its age; a delayed one is not old because of that.
    this.#fleet.take(moves, Date.now(), this.#delay);
    for (const [index, number] of moves.device.entries()) {
      const device = this.#fleet.named(number);
      if (device === undefined || !this.#tracks.has(device)) continue;
      const [time = 0, lon = 0, lat = 0] = [moves.time[index], moves.lon[index], moves.lat[index]];
      this.#tracks.extend(device, { time, lon, lat });
    }
    this.#frame();
    this.#update();
    this.#markers.refresh();
  }

  #crowd(crowds: readonly Crowd[]): void {
    this.#crowds.show(crowds);
    if (crowds.length === 0 || this.#isCrowded) return;
    this.#isCrowded = true;
    this.#watch();
  }

  #watch(): void {
    if (this.#isCrowded) this.#live.watch(watchedBox(this.map), this.map.getZoom());
  }

  #select(device: DeviceId): void {
    this.#markers.selected = this.#names.selected = this.#list.selected = device;
    const slot = this.#fleet.slot(device);
    if (slot !== undefined) {
      const center: [number, number] = [this.#fleet.lon[slot] ?? 0, this.#fleet.lat[slot] ?? 0];
      this.map.easeTo({ center, zoom: Math.max(this.map.getZoom(), 13), duration: 600 });
    }
    if (this.#hasTracks) void this.#tracks.show(device);
    this.#list.update();
    this.map.triggerRepaint();
  }

  #frame(): void {
    if (this.#framed) return;
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    const include = (lon: number, lat: number): void => {
      [west, east] = [Math.min(west, lon), Math.max(east, lon)];
      [south, north] = [Math.min(south, lat), Math.max(north, lat)];
    };
    for (let slot = 0; slot < this.#fleet.count; slot++)
      include(this.#fleet.lon[slot] ?? 0, this.#fleet.lat[slot] ?? 0);
    for (const { lon, lat } of this.#tracks.places()) include(lon, lat);
    if (west > east) return;
    this.#framed = true;
    this.map.fitBounds([west, south, east, north], {
      padding: freeOf(byId("share-card")),
      maxZoom: closest,
      duration: 0,
    });
  }

  #end(): void {
    for (const device of this.#fleet.ids.slice()) this.#fleet.remove(device);
    this.#tracks.clear();
    this.#list.update();
    byId("share-count").textContent = "This link has ended.";
    byId("share").dataset["ended"] = "yes";
    this.map.triggerRepaint();
  }

  #attach(): void {
    this.#tracks.attach();
    this.#markers.colours = {
      ink: rgb(token("marker")),
      halo: rgb(token("marker-halo")),
      signal: rgb(token("signal")),
    };
    this.map.addLayer(this.#markers);
  }
}

/** Room around the edges, and for the card: beside it where the window is wide, below it on a phone. */
function freeOf(card: HTMLElement): { top: number; left: number; right: number; bottom: number } {
  const { right, bottom } = card.getBoundingClientRect();
  const isWide = right < innerWidth / 2;
  return {
    top: isWide ? room : bottom + room / 2,
    left: isWide ? right + room / 2 : room,
    right: room,
    bottom: room,
  };
}
