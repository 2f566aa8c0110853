import { encodePosition, type Fix } from "#wire";

const feature = (fix: Fix): string => {
  const { lon, lat, altitude, ...properties } = encodePosition(fix);
  const coordinates = altitude === undefined ? [lon, lat] : [lon, lat, altitude];
  return JSON.stringify({ type: "Feature", geometry: { type: "Point", coordinates }, properties });
};

/** A span as a GeoJSON FeatureCollection of Points, in the form that `POST /api/positions` takes back. */
export async function* geojson(pages: AsyncIterable<readonly Fix[]>): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":[';
  let separator = "\n";
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map(feature).join(",\n");
    separator = ",\n";
  }
  yield "\n]}\n";
}
