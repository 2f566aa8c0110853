import { formatTime, type Fix } from "#wire";

const COLUMNS = [
  "device",
  "time",
  "lon",
  "lat",
  "altitude",
  "speed",
  "course",
  "accuracy",
  "outlier",
  "attributes",
];

/**
 * A text cell of RFC 4180. A cell that begins like a formula gets an apostrophe in front, so that a spreadsheet
 * shows it instead of running it (OWASP, "CSV Injection").
 */
export const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const row = (fix: Fix): string => {
  const { altitude = "", speed = "", course = "", accuracy = "" } = fix;
  const attributes = fix.attributes === undefined ? "" : csvCell(JSON.stringify(fix.attributes));
  const place = `${csvCell(fix.device)},${formatTime(fix.time)},${fix.lon},${fix.lat}`;
  return `${place},${altitude},${speed},${course},${accuracy},${fix.outlier === true},${attributes}\r\n`;
};

/** A span as CSV with a header line; metres, metres per second and degrees; attributes as JSON in one cell. */
export async function* csv(pages: AsyncIterable<readonly Fix[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  for await (const page of pages) yield page.map(row).join("");
}
