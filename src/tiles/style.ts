import { darkPalette, lightPalette, type Palette } from "./palette.ts";

/** A MapLibre style; its layers are plain JSON of the MapLibre Style Specification, version 8. */
export interface MapStyle {
  readonly version: 8;
  readonly name: string;
  readonly sources: Readonly<Record<string, unknown>>;
  readonly layers: readonly StyleLayer[];
}

/** One layer of a style, as far as this room looks at it. */
export interface StyleLayer {
  readonly id: string;
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Names of the styles served at `/styles/{name}.json`. */
export type StyleName = "light" | "dark";

const palettes: Readonly<Record<StyleName, Palette>> = { light: lightPalette, dark: darkPalette };

/** Family of every label on the map. The page declares it; the style has no `glyphs`, so MapLibre draws the letters itself. */
export const labelFont = "IBM Plex Sans";

/** True for the name of a style that exists. */
export function isStyleName(name: string): name is StyleName {
  return name === "light" || name === "dark";
}

/** The basemap in one of its two lights. `tileJson` is the address of the basemap's TileJSON. */
export function basemapStyle(name: StyleName, tileJson: string): MapStyle {
  const palette = palettes[name];
  return {
    version: 8,
    name: `Whereabouts ${name}`,
    sources: { basemap: { type: "vector", url: tileJson } },
    layers: [...ground(palette), ...labels(palette)],
  };
}

function ground(palette: Palette): StyleLayer[] {
  return [
    { id: "water", type: "background", paint: { "background-color": palette.water } },
    layer("land", "fill", "land", { "fill-color": palette.land, "fill-antialias": false }),
    layer("lakes", "fill", "lakes", { "fill-color": palette.lake }),
    layer("rivers", "line", "rivers", {
      "line-color": palette.river,
      "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.4, 6, ["*", 2.5, ["get", "weight"]], 12, 2],
    }),
    layer("coast", "line", "coast", {
      "line-color": palette.coast,
      "line-width": ["interpolate", ["linear"], ["zoom"], 0, 0.5, 6, 0.8, 12, 1.2],
    }),
    layer("borders", "line", "borders", {
      "line-color": palette.border,
      "line-width": ["interpolate", ["linear"], ["zoom"], 0, 0.5, 6, 1, 12, 1.5],
      "line-dasharray": [4, 2],
    }),
  ];
}

function labels(palette: Palette): StyleLayer[] {
  return [
    {
      ...layer("lake-names", "symbol", "lakes", text(palette.waterText, palette.lake)),
      minzoom: 5,
      layout: {
        "text-field": ["get", "name"],
        "text-font": [labelFont],
        "text-size": 11,
        "text-max-width": 6,
      },
    },
    {
      ...layer("places", "symbol", "places", text(palette.placeText, palette.halo)),
      minzoom: 3,
      filter: ["<=", ["get", "from"], ["zoom"]],
      layout: {
        "text-field": ["get", "name"],
        "text-font": [labelFont],
        "text-size": ["interpolate", ["linear"], ["zoom"], 3, 10.5, 8, ["-", 15, ["/", ["get", "from"], 2]]],
        "text-max-width": 7,
        "text-padding": ["interpolate", ["linear"], ["zoom"], 6, 8, 10, 28],
        "symbol-sort-key": ["-", 0, ["get", "population"]],
      },
    },
    {
      ...layer("country-names", "symbol", "countries", text(palette.countryText, palette.halo)),
      maxzoom: 7,
      filter: ["<=", ["get", "from"], ["zoom"]],
      layout: {
        "text-field": ["upcase", ["get", "name"]],
        "text-font": [labelFont],
        "text-size": ["interpolate", ["linear"], ["zoom"], 1, 9, 6, 13],
        "text-letter-spacing": 0.14,
        "text-max-width": 8,
        "text-padding": 8,
        "symbol-sort-key": ["get", "from"],
      },
    },
  ];
}

function layer(id: string, type: string, from: string, paint: Record<string, unknown>): StyleLayer {
  return { id, type, source: "basemap", "source-layer": from, paint };
}

function text(color: string, halo: string): Record<string, unknown> {
  return { "text-color": color, "text-halo-color": halo, "text-halo-width": 1.25 };
}
