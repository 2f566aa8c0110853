/** One position of a file, ready to be sent: the line is NDJSON in the form of `POST /api/positions`. */
export interface FixLine {
  readonly device: string;
  /** Epoch milliseconds; what the lines are ordered by. */
  readonly time: number;
  readonly line: string;
}

/** A part of the file that is no position; `where` is for people, such as `line 12`. */
export interface Unreadable {
  readonly where: string;
  readonly why: string;
}

/** What a reader yields, in the order of the file. */
export type Read = FixLine | Unreadable;

/** True for the parts that a reader could not make a position of. */
export function isUnreadable(read: Read): read is Unreadable {
  return "why" in read;
}

/** The fields of a position that files carry; numbers in degrees, metres and metres per second. */
export interface FileFix {
  readonly device: string;
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
  readonly altitude?: number | undefined;
  readonly speed?: number | undefined;
  readonly course?: number | undefined;
  readonly accuracy?: number | undefined;
}

/** The line of a position; absent fields are left out. */
export function toLine(fix: FileFix): FixLine {
  return { device: fix.device, time: fix.time, line: JSON.stringify(fix) };
}
