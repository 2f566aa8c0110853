import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { readCsv } from "./csv.ts";
import type { Read } from "./fix-line.ts";
import { readGpx } from "./gpx.ts";
import { readNdjson } from "./ndjson.ts";

/** The forms that can be read. */
export type FileForm = "ndjson" | "gpx" | "csv";

/**
 * Opens a file of positions: NDJSON, GPX or CSV, each plain or gzipped. The content decides, not the name.
 *
 * @param device name for points of files that name none; default is the file's own name
 * @throws Error when the file is missing or of no known form
 */
export async function openFixes(path: string, device?: string): Promise<AsyncGenerator<Read>> {
  const text = () => decoded(path);
  const form = await sniff(text());
  const name = device ?? basename(path).replace(/(\.(gz|gpx|csv|tsv|txt|xml))+$/i, "");
  if (form === "ndjson") return readNdjson(text());
  return form === "gpx" ? readGpx(text(), name) : readCsv(text(), name);
}

/** The text of the file, as a stream of strings. UTF-8; a byte order mark is dropped. */
async function* decoded(path: string): AsyncGenerator<string> {
  const gzipped = await isGzip(path);
  const raw = createReadStream(path, { highWaterMark: 1 << 18 });
  const bytes = gzipped ? raw.pipe(createGunzip()).on("close", () => raw.destroy()) : raw;
  raw.on("error", (error) => bytes.destroy(error));
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of bytes as Readable) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The form of a text by its first character that is not white space. */
async function sniff(text: AsyncGenerator<string>): Promise<FileForm> {
  let head = "";
  for await (const chunk of text) {
    head += chunk;
    if (head.trimStart() !== "") break;
  }
  const start = head.trimStart();
  if (start === "") throw new Error("the file is empty");
  if (start.startsWith("{")) return "ndjson";
  if (start.startsWith("<")) return "gpx";
  if (/^[^\n]*[,;\t]/.test(start)) return "csv";
  throw new Error(`neither NDJSON, GPX nor CSV; it begins with ${JSON.stringify(start.slice(0, 30))}`);
}
