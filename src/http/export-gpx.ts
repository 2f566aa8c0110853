import type { Milliseconds } from "#geo";
import { formatTime, type Fix } from "#wire";

/** A longer silence than this begins a new track segment: nothing is known of the way between. */
export const GAP: Milliseconds = 300_000;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for XML 1.0, without the characters that it cannot hold. */
export const escapeXml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? "");

/** GPX 1.1 has a fixed order of elements; speed and course only exist as an extension (Garmin's TrackPointExtension 2). */
const point = (fix: Fix): string => {
  const { speed, course } = fix;
  const inner =
    (speed === undefined ? "" : `<gpxtpx:speed>${speed}</gpxtpx:speed>`) +
    (course === undefined ? "" : `<gpxtpx:course>${course}</gpxtpx:course>`);
  return (
    `<trkpt lat="${fix.lat}" lon="${fix.lon}">` +
    (fix.altitude === undefined ? "" : `<ele>${fix.altitude}</ele>`) +
    `<time>${formatTime(fix.time)}</time>` +
    (inner === ""
      ? ""
      : `<extensions><gpxtpx:TrackPointExtension>${inner}</gpxtpx:TrackPointExtension></extensions>`) +
    "</trkpt>\n"
  );
};

/**
 * A span as GPX 1.1, https://www.topografix.com/GPX/1/1/: one track, a segment for each stretch without a gap.
 * Outliers are left out, because a track has no way to say that a point is wrong.
 */
export async function* gpx(name: string, pages: AsyncIterable<readonly Fix[]>): AsyncGenerator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Whereabouts" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<trk><name>${escapeXml(name)}</name>
`;
  let last: number | undefined;
  for await (const page of pages) {
    let text = "";
    for (const fix of page) {
      if (fix.outlier === true) continue;
      if (last === undefined) text += "<trkseg>\n";
      else if (fix.time - last > GAP) text += "</trkseg>\n<trkseg>\n";
      last = fix.time;
      text += point(fix);
    }
    yield text;
  }
  yield `${last === undefined ? "" : "</trkseg>\n"}</trk>\n</gpx>\n`;
}
