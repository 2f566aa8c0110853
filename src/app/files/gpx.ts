import { SaxesParser } from "saxes";
import { type Read, toLine } from "./fix-line.ts";
import { parseMoment } from "./moment.ts";

/** What a `trkpt` has said so far. */
interface Point {
  readonly lat: number;
  readonly lon: number;
  readonly fields: Map<string, string>;
}

const kept = new Set(["time", "ele", "speed", "course"]);

/**
 * Reads the track points of a GPX file (1.0 or 1.1). Way-points and route points are no fixes and are passed
 * over; a track point without a time is unreadable.
 *
 * @param device name of the device that every point belongs to
 */
export async function* readGpx(text: AsyncIterable<string>, device: string): AsyncGenerator<Read> {
  const parser = new SaxesParser();
  let out: Read[] = [];
  let count = 0;
  let point: Point | undefined;
  let field = "";
  let value = "";
  parser.on("opentag", ({ name, attributes }) => {
    const tag = local(name);
    if (tag === "trkpt") {
      point = { lat: Number(attributes["lat"]), lon: Number(attributes["lon"]), fields: new Map() };
    }
    field = kept.has(tag) ? tag : "";
    value = "";
  });
  parser.on("text", (piece) => {
    if (field !== "") value += piece;
  });
  parser.on("closetag", ({ name }) => {
    if (point !== undefined && field !== "") point.fields.set(field, value);
    field = "";
    if (local(name) !== "trkpt" || point === undefined) return;
    count += 1;
    out.push(toRead(point, device, count));
    point = undefined;
  });
  for await (const chunk of text) {
    parser.write(chunk);
    yield* out;
    out = [];
  }
  parser.close();
  yield* out;
}

/** Tag names may carry a prefix, and Garmin's extensions repeat names (`gpxtpx:speed` is speed too). */
function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function toRead(point: Point, device: string, count: number): Read {
  const where = `track point ${count}`;
  const time = point.fields.get("time");
  if (time === undefined) return { where, why: "has no time" };
  const at = parseMoment(time);
  if (at === undefined) return { where, why: `has a time that is none: ${time}` };
  const number = (name: string): number | undefined => {
    const text = point.fields.get(name)?.trim();
    return text === undefined || text === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  };
  return toLine({
    device,
    time: at,
    lon: point.lon,
    lat: point.lat,
    altitude: number("ele"),
    speed: number("speed"),
    course: number("course"),
  });
}
