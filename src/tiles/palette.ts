/** Colours of the drawn map, as CSS hex. The page around it takes the same ones from `src/web/styles/tokens.css`. */
export interface Palette {
  readonly water: string;
  readonly land: string;
  readonly lake: string;
  readonly river: string;
  readonly coast: string;
  readonly border: string;
  readonly placeText: string;
  readonly countryText: string;
  readonly waterText: string;
  readonly halo: string;
}

/** A paper chart by daylight: land is the paper, water a wash of grey-blue. */
export const lightPalette: Palette = {
  water: "#dfe7e8",
  land: "#f7f4ec",
  lake: "#dfe7e8",
  river: "#cfdadc",
  coast: "#b9c6c8",
  border: "#cbc4b3",
  placeText: "#68665d",
  countryText: "#7a7466",
  waterText: "#5f777c",
  halo: "#f7f4ec",
};

/** A ship's bridge at night: nothing on the chart is brighter than what is drawn over it. */
export const darkPalette: Palette = {
  water: "#0a1115",
  land: "#141d21",
  lake: "#0a1115",
  river: "#0f191e",
  coast: "#24333a",
  border: "#2b383c",
  placeText: "#7e8c8d",
  countryText: "#72848a",
  waterText: "#4d646c",
  halo: "#10181c",
};
