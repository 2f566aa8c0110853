import { parse } from "csv-parse";
import { Readable } from "node:stream";
import { type FileFix, type Read, toLine } from "./fix-line.ts";
import { parseMoment } from "./moment.ts";

type Field = "device" | "time" | "lon" | "lat" | "altitude" | "speed" | "course" | "accuracy";

/** Header names, lower case without punctuation, that a column of each field may have. */
const names: Readonly<Record<Field, readonly string[]>> = {
  device: [
    "device",
    "deviceid",
    "id",
    "vehicle",
    "vehicleid",
    "imei",
    "uniqueid",
    "name",
    "callsign",
    "mmsi",
  ],
  time: ["time", "timestamp", "datetime", "date", "fixtime", "devicetime", "epoch"],
  lon: ["lon", "lng", "long", "longitude", "x"],
  lat: ["lat", "latitude", "y"],
  altitude: ["altitude", "alt", "ele", "elevation"],
  speed: ["speed", "speedms", "velocity"],
  course: ["course", "heading", "bearing", "direction", "cog"],
  accuracy: ["accuracy", "precision", "horizontalaccuracy"],
};

/** Speed columns whose name says another unit, as metres per second. */
const speedUnits: ReadonlyMap<string, number> = new Map([
  ["speedkmh", 1 / 3.6],
  ["speedkph", 1 / 3.6],
  ["speedkn", 1852 / 3600],
  ["speedknots", 1852 / 3600],
  ["sog", 1852 / 3600],
  ["speedmph", 1609.344 / 3600],
]);

/** Which column holds which field. */
interface Columns {
  readonly at: ReadonlyMap<Field, number>;
  readonly speedFactor: number;
}

/**
 * Reads CSV with a header line; the delimiter (`,` `;` tab) and the columns are found by the header.
 *
 * @param device name of the device where the file has no such column
 * @throws Error when the header names no time, longitude or latitude
 */
export async function* readCsv(text: AsyncIterable<string>, device: string): AsyncGenerator<Read> {
  const parser = parse({
    delimiter: [",", ";", "\t"],
    bom: true,
    relaxColumnCount: true,
    skipEmptyLines: true,
    trim: true,
    info: true,
  });
  const rows = Readable.from(text)
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);
  let columns: Columns | undefined;
  for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    if (columns === undefined) columns = findColumns(record);
    else yield toRead(record, columns, device, `line ${info.lines}`);
  }
}

function findColumns(header: readonly string[]): Columns {
  const plain = header.map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ""));
  const at = new Map<Field, number>();
  for (const field of Object.keys(names) as Field[]) {
    // The order of the names is the order of preference: `device` before `name`.
    const found = names[field].map((name) => plain.indexOf(name)).find((index) => index >= 0);
    if (found !== undefined) at.set(field, found);
  }
  const inUnit = plain.findIndex((name) => speedUnits.has(name));
  if (!at.has("speed") && inUnit >= 0) at.set("speed", inUnit);
  const speedFactor = speedUnits.get(plain[at.get("speed") ?? -1] ?? "") ?? 1;
  const missing = (["time", "lon", "lat"] as const).filter((field) => !at.has(field));
  if (missing.length > 0) {
    throw new Error(`the first line names no column for ${missing.join(", ")}: ${header.join(", ")}`);
  }
  return { at, speedFactor };
}

function toRead(row: readonly string[], columns: Columns, device: string, where: string): Read {
  const text = (field: Field): string => row[columns.at.get(field) ?? -1] ?? "";
  const number = (field: Field): number | undefined => {
    const value = text(field);
    return value === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const time = parseMoment(text("time"));
  if (time === undefined) return { where, why: `has a time that is none: ${text("time")}` };
  const lon = number("lon");
  const lat = number("lat");
  if (lon === undefined || lat === undefined) {
    return { where, why: `has no place: ${text("lon")}, ${text("lat")}` };
  }
  const speed = number("speed");
  const fix: FileFix = {
    device: text("device") || device,
    time,
    lon,
    lat,
    altitude: number("altitude"),
    speed: speed === undefined ? undefined : speed * columns.speedFactor,
    course: number("course"),
    accuracy: number("accuracy"),
  };
  return toLine(fix);
}
